import type { ClassModel } from './model.types.ts';

/** Classes with their superclasses, by term. */
export class Hierarchy {
  readonly #ancestors = new Map<string, readonly string[]>();

  constructor(classes: Readonly<Record<string, ClassModel>>) {
    for (const term of Object.keys(classes)) this.#ancestors.set(term, nearestFirst(classes, term));
  }

  has(term: string): boolean {
    return this.#ancestors.has(term);
  }

  /** Superclasses, nearest first, without the class itself; empty for unknown terms. */
  ancestors(term: string): readonly string[] {
    return this.#ancestors.get(term) ?? [];
  }

  isSubclass(term: string, ancestor: string): boolean {
    return this.has(term) && (term === ancestor || this.ancestors(term).includes(ancestor));
  }
}

/** Breadth first, so that a class with two parents has both before their common superclass. */
function nearestFirst(classes: Readonly<Record<string, ClassModel>>, term: string): readonly string[] {
  const parentsOf = (name: string): readonly string[] => {
    const { sameAs, parents } = classes[name] ?? {};
    return parents ?? (sameAs === undefined ? [] : [sameAs]);
  };
  const found: string[] = [];
  let level = parentsOf(term);
  while (level.length > 0) {
    for (const name of level) {
      const at = found.indexOf(name);
      if (at >= 0) found.splice(at, 1);
      found.push(name);
    }
    level = [...new Set(level.flatMap(parentsOf))];
  }
  return found;
}
