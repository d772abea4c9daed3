/** The tests of a `when` cell that all have to hold; one test where it has an `or` outside of parentheses. */
export function testsOf(when: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  for (const match of when.matchAll(/"(?:[^"\\]|\\.)*"?|[()[\]]|,|\band\b|\bor\b/g)) {
    if (match[0] === '(' || match[0] === '[') depth += 1;
    else if (match[0] === ')' || match[0] === ']') depth -= 1;
    else if (depth === 0 && match[0] === 'or') return [when.trim()];
    else if (depth === 0 && (match[0] === ',' || match[0] === 'and')) {
      found.push(when.slice(start, match.index).trim());
      start = match.index + match[0].length;
    }
  }
  return [...found, when.slice(start).trim()].filter((test) => test !== '');
}
