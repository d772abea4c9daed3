import type { JsonObject } from '../json/index.ts';
import { ContextDocuments } from './context-documents.ts';
import { Contexts } from './contexts.ts';
import { Hierarchy } from './hierarchy.ts';
import { Iris } from './iris.ts';
import { livesIn } from './lifetime.ts';
import type { ClassModel, Model } from './model.types.ts';
import type { Ontology, TermKind } from './ontology.types.ts';
import { holdsFor, Uses } from './uses.ts';
import { CALIPER_VERSIONS, type CaliperVersion } from './versions.ts';

/** The classes that the information model is made of: everything is an Event, an Entity, or part of one. */
const EVENT = 'Event';
const ENTITY = 'Entity';

/** Lookups over a compiled model. */
export class CompiledOntology implements Ontology {
  readonly #model: Model;
  readonly #hierarchy: Hierarchy;
  readonly #uses: Uses;
  readonly #iris: Iris;
  readonly #contexts: Contexts;
  readonly #documents: ContextDocuments;

  constructor(model: Model) {
    this.#model = model;
    this.#hierarchy = new Hierarchy(model.classes);
    this.#uses = new Uses(model.classes, this.#hierarchy);
    this.#iris = new Iris(model);
    this.#contexts = new Contexts(model.versions);
    this.#documents = new ContextDocuments(model);
  }

  isEventType(term: string): boolean {
    return this.isSubclass(term, EVENT);
  }

  isEntityType(term: string): boolean {
    return this.isSubclass(term, ENTITY);
  }

  isSubclass(term: string, ancestor: string): boolean {
    return this.#hierarchy.isSubclass(term, ancestor);
  }

  ancestors(term: string): readonly string[] {
    return this.#hierarchy.ancestors(term);
  }

  isAction(term: string): boolean {
    return this.kind(term) === 'Action';
  }

  actions(eventType: string, version?: CaliperVersion): readonly string[] {
    const allows = this.#class(eventType)?.allows;
    if (!allows) return this.isEventType(eventType) ? this.terms('Action', version) : [];
    return allows
      .filter((set) => version === undefined || livesIn(set, version))
      .flatMap((set) => set.actions);
  }

  range(eventType: string, slot: string, action?: string, version?: CaliperVersion): readonly string[] {
    const uses = this.uses(eventType, version ?? this.#newest(eventType)).get(slot) ?? [];
    const fitting = uses.filter((use) => action === undefined || holdsFor(use, this.preferred(action)));
    const classes = [...new Set(fitting.flatMap((use) => use.range))].filter((name) => !name.includes(':'));
    return classes.includes(ENTITY) ? [] : classes;
  }

  #newest(term: string): CaliperVersion {
    return CALIPER_VERSIONS.findLast((version) => this.isIn(term, version)) ?? '1.2';
  }

  defaultProfile(eventType: string, objectType?: string): string | undefined {
    const model = this.#class(eventType);
    for (const term of objectType === undefined ? [] : [objectType, ...this.ancestors(objectType)]) {
      const profile = model?.profileByObject?.find(({ objects }) => objects.includes(term))?.profile;
      if (profile !== undefined) return profile;
    }
    return model?.defaultProfile;
  }

  eventTypes(profile: string): readonly string[] {
    return Object.hasOwn(this.#model.values, profile) ? (this.#model.values[profile]?.eventTypes ?? []) : [];
  }

  isProperty(term: string): boolean {
    return this.kind(term) === 'property';
  }

  iri(term: string, version?: CaliperVersion): string | undefined {
    return this.#iris.iri(term, version);
  }

  classOf(iri: string): string | undefined {
    return this.#iris.termOf(iri, ['class']);
  }

  roleOf(iri: string): string | undefined {
    return this.#iris.termOf(iri, ['Role', 'Status']);
  }

  termOf(iri: string, kind?: TermKind): string | undefined {
    return this.#iris.termOf(iri, kind && [kind]);
  }

  kind(term: string): TermKind | undefined {
    return this.#iris.kind(term);
  }

  terms(kind: TermKind, version?: CaliperVersion): readonly string[] {
    return [...this.#iris.ofKind(kind)]
      .filter(([, model]) => !model.sameAs && (version === undefined || livesIn(model, version)))
      .map(([term]) => term);
  }

  preferred(term: string): string {
    return this.#iris.model(term)?.sameAs ?? term;
  }

  isIn(term: string, version: CaliperVersion): boolean {
    const model = this.#iris.model(term);
    return model !== undefined && livesIn(model, version);
  }

  uses(classTerm: string, version: CaliperVersion) {
    return this.#uses.of(classTerm, version);
  }

  propertiesHolding(classTerm: string): readonly string[] {
    const uses = Object.values(this.#model.classes).flatMap((model) => model.uses ?? []);
    return [
      ...new Set(uses.filter(({ range }) => range.includes(classTerm)).map(({ property }) => property)),
    ];
  }

  context(version: CaliperVersion): string {
    return this.#contexts.context(version);
  }

  versionOfContext(iri: string): CaliperVersion | undefined {
    return this.#contexts.versionOf(iri);
  }

  isPublishedContext(iri: string): boolean {
    return this.#contexts.isPublished(iri);
  }

  contextDocument(iri: string): JsonObject | undefined {
    return this.#documents.of(this.#contexts.published(iri) ?? iri);
  }

  extensionContexts(term: string): readonly string[] {
    return this.#iris.model(term)?.extensions ?? [];
  }

  #class(term: string): ClassModel | undefined {
    return Object.hasOwn(this.#model.classes, term) ? this.#model.classes[term] : undefined;
  }
}
