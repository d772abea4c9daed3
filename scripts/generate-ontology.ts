import { readdir, readFile } from 'node:fs/promises';
import { Parser, type Quad, type Term } from 'n3';
import { format, resolveConfig } from 'prettier';
import type {
  ClassModel,
  Model,
  PropertyModel,
  PropertyUse,
  TermModel,
  ValueModel,
  VersionModel,
} from '../src/ontology/model.types.ts';
import type { CaliperVersion } from '../src/ontology/versions.ts';
import type { Generator } from './generate.ts';

const FOLDER = new URL('../src/ontology/', import.meta.url);
const CW = 'https://w3id.org/crosswalk/ontology#';
const XSD = 'http://www.w3.org/2001/XMLSchema#';
const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';
const RDFS = 'http://www.w3.org/2000/01/rdf-schema#';
const OWL = 'http://www.w3.org/2002/07/owl#';
const SKOS = 'http://www.w3.org/2004/02/skos/core#';

const VALUE_KINDS = [
  'Action',
  'Profile',
  'Role',
  'Status',
  'Metric',
  'SystemIdentifierType',
  'LtiMessageType',
];

/** Statements of all files by subject and predicate, in the order in which they are written. */
class Graph {
  readonly #bySubject = new Map<string, { readonly subject: Term; readonly objects: Map<string, Term[]> }>();

  add({ subject, predicate, object }: Quad): void {
    const key = `${subject.termType}${subject.value}`;
    const entry = this.#bySubject.get(key) ?? { subject, objects: new Map<string, Term[]>() };
    entry.objects.set(predicate.value, [...(entry.objects.get(predicate.value) ?? []), object]);
    this.#bySubject.set(key, entry);
  }

  objects(subject: Term, predicate: string): readonly Term[] {
    return this.#bySubject.get(`${subject.termType}${subject.value}`)?.objects.get(predicate) ?? [];
  }

  ofType(type: string): Term[] {
    const all = [...this.#bySubject.values()].map(({ subject }) => subject);
    return all.filter((subject) => this.objects(subject, `${RDF}type`).some(({ value }) => value === type));
  }
}

async function readTurtle(): Promise<Graph> {
  const graph = new Graph();
  const files = (await readdir(FOLDER)).filter((name) => name.endsWith('.ttl')).sort();
  for (const file of files) {
    const text = await readFile(new URL(file, FOLDER), 'utf8');
    for (const quad of new Parser().parse(text)) graph.add(quad);
  }
  return graph;
}

/** Drops members that say nothing, so that the compiled index stays small. */
function compact<T extends object>(value: { [K in keyof T]: T[K] | undefined }): T {
  const said = Object.entries(value).filter(
    ([, v]) => v !== undefined && !(Array.isArray(v) && v.length === 0),
  );
  return Object.fromEntries(said) as T;
}

/** Reads the statements into the model that the lookups are built from. */
class Compiler {
  readonly #graph: Graph;

  constructor(graph: Graph) {
    this.#graph = graph;
  }

  #objects(subject: Term, predicate: string): readonly Term[] {
    return this.#graph.objects(subject, predicate);
  }

  #one(subject: Term, predicate: string): Term | undefined {
    const [object, another] = this.#objects(subject, predicate);
    if (another) throw new Error(`${subject.value} has more than one ${predicate}`);
    return object;
  }

  #flag(subject: Term, predicate: string): true | undefined {
    return this.#one(subject, predicate)?.value === 'true' ? true : undefined;
  }

  #name(subject: Term): string {
    return (
      this.#one(subject, `${SKOS}notation`)?.value ??
      subject.value.slice(/.*[/#]/.exec(subject.value)![0].length)
    );
  }

  #names(subject: Term, predicate: string): string[] {
    return this.#objects(subject, predicate).map((object) => this.#name(object));
  }

  #iris(subject: Term, predicate: string): string[] {
    return this.#objects(subject, predicate).map((object) => object.value);
  }

  #nameOf(subject: Term, predicate: string): string | undefined {
    const object = this.#one(subject, predicate);
    return object && this.#name(object);
  }

  /** A class or property is named by its term; a datatype or a kind of term with its prefix. */
  #rangeName(term: Term): string {
    if (term.value.startsWith(XSD)) return `xsd:${term.value.slice(XSD.length)}`;
    if (term.value.startsWith(CW)) return `cw:${term.value.slice(CW.length)}`;
    if (term.value.startsWith(RDF)) return `rdf:${term.value.slice(RDF.length)}`;
    if (term.value.startsWith(OWL)) return `owl:${term.value.slice(OWL.length)}`;
    return this.#name(term);
  }

  #lifetime(subject: Term): { since: CaliperVersion | undefined; until: CaliperVersion | undefined } {
    const at = (predicate: string) => this.#one(subject, predicate)?.value as CaliperVersion | undefined;
    return { since: at(`${CW}since`), until: at(`${CW}until`) };
  }

  #term(subject: Term): { [K in keyof TermModel]-?: TermModel[K] | undefined } {
    return {
      iri: subject.value,
      iri10: this.#one(subject, `${CW}iri10`)?.value,
      otherIris: this.#iris(subject, `${CW}otherIri`),
      sameAs: this.#nameOf(subject, `${OWL}sameAs`) ?? this.#nameOf(subject, `${OWL}equivalentClass`),
      extensions: this.#iris(subject, `${CW}extension`),
      inContext: this.#one(subject, `${CW}inContext`)?.value === 'false' ? false : undefined,
      absentFrom: this.#iris(subject, `${CW}absentFrom`) as CaliperVersion[],
      ...this.#lifetime(subject),
    };
  }

  #use(node: Term): PropertyUse {
    return compact<PropertyUse>({
      property: this.#nameOf(node, `${CW}property`),
      range: this.#objects(node, `${CW}range`).map((term) => this.#rangeName(term)),
      list: this.#flag(node, `${CW}list`),
      required: this.#flag(node, `${CW}required`),
      embedded: this.#flag(node, `${CW}embedded`),
      when: this.#names(node, `${CW}when`),
      replacedBy: this.#nameOf(node, `${CW}replacedBy`),
      ...this.#lifetime(node),
    });
  }

  #class(subject: Term): ClassModel {
    return compact<ClassModel>({
      ...this.#term(subject),
      parents: this.#names(subject, `${RDFS}subClassOf`),
      defaultProfile: this.#nameOf(subject, `${CW}defaultProfile`),
      profileByObject: this.#objects(subject, `${CW}defaultProfileByObject`).map((node) => ({
        objects: this.#names(node, `${CW}object`),
        profile: this.#nameOf(node, `${CW}profile`)!,
      })),
      allows: this.#objects(subject, `${CW}allows`).map((node) =>
        compact<{ actions: string[]; since?: CaliperVersion; until?: CaliperVersion }>({
          actions: this.#names(node, `${CW}action`),
          ...this.#lifetime(node),
        }),
      ),
      uses: this.#objects(subject, `${CW}uses`).map((node) => this.#use(node)),
    });
  }

  #property(subject: Term): PropertyModel {
    const coercion = (predicate: string) => {
      const term = this.#one(subject, predicate);
      return term && this.#rangeName(term);
    };
    return compact<PropertyModel>({
      ...this.#term(subject),
      keyword: this.#one(subject, `${CW}keyword`)?.value,
      coercion: coercion(`${CW}coercion`),
      coercion10: coercion(`${CW}coercion10`),
      ordered: this.#flag(subject, `${CW}ordered`),
    });
  }

  #value(subject: Term, kind: string): ValueModel {
    return compact<ValueModel>({
      ...this.#term(subject),
      kind,
      broader: this.#nameOf(subject, `${SKOS}broader`),
      eventTypes: this.#names(subject, `${CW}eventType`),
    });
  }

  #version(subject: Term): VersionModel {
    return {
      version: this.#name(subject) as CaliperVersion,
      context: this.#one(subject, `${CW}context`)!.value,
      extensions: this.#iris(subject, `${CW}extension`),
      prefixes: Object.fromEntries(
        this.#objects(subject, `${CW}prefix`).map((node) => [
          this.#name(node),
          this.#one(node, `${CW}namespace`)!.value,
        ]),
      ),
    };
  }

  /** Our own vocabulary only describes; what it says of Caliper itself are keywords, documents and versions. */
  #isOfCaliper(subject: Term): boolean {
    const marks = [`${CW}keyword`, `${CW}uses`, `${CW}context`];
    return !subject.value.startsWith(CW) || marks.some((mark) => this.#objects(subject, mark).length > 0);
  }

  /** The subjects of a type by their term, in the order of the files. Two subjects of one term are an error. */
  #byTerm<T>(type: string, read: (subject: Term) => T): Record<string, T> {
    const found: Record<string, T> = {};
    for (const subject of this.#graph.ofType(type)) {
      if (!this.#isOfCaliper(subject)) continue;
      const name = this.#name(subject);
      if (name in found) throw new Error(`two terms are written ${name}`);
      found[name] = read(subject);
    }
    return found;
  }

  model(): Model {
    const ofKinds = VALUE_KINDS.map((kind) => this.#byTerm(`${CW}${kind}`, (s) => this.#value(s, kind)));
    return {
      versions: Object.values(this.#byTerm(`${CW}Version`, (s) => this.#version(s))),
      classes: this.#byTerm(`${OWL}Class`, (s) => this.#class(s)),
      properties: this.#byTerm(`${RDF}Property`, (s) => this.#property(s)),
      values: Object.assign({}, ...ofKinds) as Record<string, ValueModel>,
    };
  }
}

/** Every term that a use, an action list or a superclass names must be declared: a typing slip in Turtle stops here. */
function checkReferences({ classes, properties, values }: Model): void {
  const missing: string[] = [];
  const need = (table: object, name: string | undefined, where: string) => {
    if (name !== undefined && !Object.hasOwn(table, name)) missing.push(`${where} names ${name}`);
  };
  for (const [name, model] of Object.entries(classes)) {
    const isDocument = model.iri.startsWith(CW);
    for (const parent of model.parents ?? []) need(classes, parent, name);
    for (const { actions } of model.allows ?? []) for (const action of actions) need(values, action, name);
    for (const use of model.uses ?? []) {
      if (!isDocument) need(properties, use.property, name);
      need(properties, use.replacedBy, name);
      for (const action of use.when ?? []) need(values, action, name);
      for (const range of use.range) if (!range.includes(':')) need(classes, range, name);
    }
    need(values, model.defaultProfile, name);
  }
  if (missing.length > 0) throw new Error(`undeclared terms:\n${missing.join('\n')}`);
}

const HEADER = `// Generated from the Turtle files of this folder by \`npm run generate\`. Do not edit.
import type { Model } from './model.types.ts';

/** What the Turtle files say, compiled. */
`;

/** The compiled ontology: read once when a process or a Worker starts, without a Turtle parser. */
export const ontologyIndex: Generator = {
  file: 'src/ontology/index.generated.ts',
  async content() {
    const model = new Compiler(await readTurtle()).model();
    checkReferences(model);
    const text = `${HEADER}export const model: Model = ${JSON.stringify(model)};\n`;
    const options = await resolveConfig(new URL('index.generated.ts', FOLDER));
    return format(text, { ...options, parser: 'typescript' });
  },
};
