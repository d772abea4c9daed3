import type { Hierarchy } from './hierarchy.ts';
import { livesIn } from './lifetime.ts';
import type { ClassModel, PropertyUse } from './model.types.ts';
import type { CaliperVersion } from './versions.ts';

type UsesByProperty = ReadonlyMap<string, readonly PropertyUse[]>;

const NONE: UsesByProperty = new Map();

/** Which properties a class uses in a version, and how. */
export class Uses {
  readonly #classes: Readonly<Record<string, ClassModel>>;
  readonly #hierarchy: Hierarchy;
  readonly #resolved = new Map<CaliperVersion, Map<string, UsesByProperty>>();

  constructor(classes: Readonly<Record<string, ClassModel>>, hierarchy: Hierarchy) {
    this.#classes = classes;
    this.#hierarchy = hierarchy;
  }

  /** Resolved when first asked for, then kept: there are as many as classes and versions, and no more. */
  of(term: string, version: CaliperVersion): UsesByProperty {
    const ofVersion = this.#resolved.get(version) ?? new Map<string, UsesByProperty>();
    this.#resolved.set(version, ofVersion);
    const known = ofVersion.get(term);
    if (known) return known;
    if (!this.#hierarchy.has(term)) return NONE;
    const resolved = this.#resolve(term, version);
    ofVersion.set(term, resolved);
    return resolved;
  }

  #resolve(term: string, version: CaliperVersion): UsesByProperty {
    let uses: UsesByProperty = NONE;
    for (const name of [term, ...this.#hierarchy.ancestors(term)].reverse()) {
      const own = (this.#classes[name]?.uses ?? []).filter((use) => livesIn(use, version));
      uses = overlaid(uses, own);
    }
    return uses;
  }
}

/** What a class says of a property replaces the word of its superclass, except that required stays required. */
function overlaid(inherited: UsesByProperty, own: readonly PropertyUse[]): UsesByProperty {
  const uses = new Map(inherited);
  for (const { property } of own) {
    const isRequired = inherited.get(property)?.some((use) => use.required && !use.when) ?? false;
    const said = own.filter((use) => use.property === property);
    uses.set(property, isRequired ? said.map((use) => ({ ...use, required: true as const })) : said);
  }
  return uses;
}

/** True where a use holds for an action in its preferred spelling, or for none (`''`): most hold for all. */
export const holdsFor = ({ when }: PropertyUse, action: string): boolean => !when || when.includes(action);
