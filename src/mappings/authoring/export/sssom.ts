import { expand, type Prefixes, type RawRow, type RawTable, type TableSet } from '../../tables/index.ts';
import { NAMESPACES, said, typed, type Node, type Triple } from './triple.ts';

const { owl, rdfs, dcterms, sssom, xsd } = NAMESPACES;

/** Slots of SSSOM whose property is another vocabulary's, as the standard's JSON-LD context has them. */
const PROPERTIES: Readonly<Record<string, string>> = {
  subject_id: `${owl}annotatedSource`,
  predicate_id: `${owl}annotatedProperty`,
  object_id: `${owl}annotatedTarget`,
  comment: `${rdfs}comment`,
  see_also: `${rdfs}seeAlso`,
  mapping_set_title: `${dcterms}title`,
  mapping_set_description: `${dcterms}description`,
  mapping_set_version: `${owl}versionInfo`,
};

const ownProperty = (slot: string) => (Object.hasOwn(PROPERTIES, slot) ? PROPERTIES[slot] : undefined);

/**
 * The vocabulary tables as SSSOM has mappings in RDF: a mapping set a table, and a reified axiom a row with all that the
 * row says, the declared slots included. A row without counterpart has `sssom:NoTermFound` as its predicate, as in the
 * tables, so that nobody takes its stand-in for a match.
 */
export function sssomTriples(tables: TableSet): Triple[] {
  return tables.raw.filter(({ metadata }) => metadata !== undefined).flatMap(tableTriples);
}

function tableTriples(table: RawTable, order: number): Triple[] {
  const { metadata } = table;
  if (!metadata) return [];
  const set = metadata.mapping_set_id;
  return [
    typed(set, `${sssom}MappingSet`),
    {
      subject: set,
      predicate: `${dcterms}license`,
      object: { text: metadata.license, datatype: `${xsd}anyURI` },
    },
    ...(['mapping_set_title', 'mapping_set_description', 'mapping_set_version'] as const).flatMap((name) =>
      said(set, PROPERTIES[name] ?? '', metadata[name] ?? ''),
    ),
    ...table.rows.flatMap((row) => rowTriples(table, row, `_:t${order}r${row.line}`)),
  ];
}

function rowTriples({ metadata, columns }: RawTable, row: RawRow, axiom: string): Triple[] {
  if (!metadata) return [];
  const slots = new Map(metadata.extension_definitions.map((slot) => [slot.slot_name, slot]));
  const cells = columns.flatMap((name, at): Triple[] => {
    const cell = row.cells[at] ?? '';
    if (cell === '') return [];
    const slot = slots.get(name);
    const predicate = slot?.property ?? ownProperty(name) ?? `${sssom}${name}`;
    const full = expand(predicate, metadata.curie_map) ?? predicate;
    return [
      { subject: axiom, predicate: full, object: nodeOf(name, cell, metadata.curie_map, slot?.type_hint) },
    ];
  });
  return [
    typed(axiom, `${owl}Axiom`),
    { subject: metadata.mapping_set_id, predicate: `${sssom}mappings`, object: { blank: axiom } },
    ...cells,
  ];
}

const TERMS = new Set([
  'subject_id',
  'predicate_id',
  'object_id',
  'mapping_justification',
  'author_id',
  'reviewer_id',
]);

function nodeOf(name: string, cell: string, prefixes: Prefixes, hint: string | undefined): Node {
  if (TERMS.has(name)) return { iri: expand(cell, prefixes) ?? cell };
  if (name === 'confidence') return { text: cell, datatype: `${xsd}double` };
  return hint === undefined || hint === `${xsd}string` ? { text: cell } : { text: cell, datatype: hint };
}
