/** Prefixes with the IRIs that they stand for, as in the `curie_map` of a table. */
export type Prefixes = Readonly<Record<string, string>>;

/** The IRI that a CURIE such as `adl:verbs/scored` stands for; undefined where its prefix is not declared. */
export function expand(curie: string, prefixes: Prefixes): string | undefined {
  const colon = curie.indexOf(':');
  const prefix = curie.slice(0, Math.max(colon, 0));
  if (colon < 0 || !Object.hasOwn(prefixes, prefix)) return undefined;
  return (prefixes[prefix] ?? '') + curie.slice(colon + 1);
}

/** The CURIE of an IRI by the longest prefix that fits; undefined where none does. */
export function contract(iri: string, prefixes: Prefixes): string | undefined {
  let best: string | undefined;
  for (const [prefix, start] of Object.entries(prefixes)) {
    if (iri.startsWith(start) && start.length > (best === undefined ? 0 : (prefixes[best]?.length ?? 0)))
      best = prefix;
  }
  return best === undefined ? undefined : `${best}:${iri.slice(prefixes[best]?.length)}`;
}
