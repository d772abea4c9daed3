import type { Ontology } from '../../../ontology/index.ts';
import { IDENTIFIERS } from '../../identity.ts';
import { groupRows, keyOf, rowFinding } from '../../tables/check/row-finding.ts';
import { SYSTEM_VARIABLES, systemIdentifierOf } from '../../system-identifiers.ts';
import type { IdentityRow, TableFinding, TableSet } from '../../tables/index.ts';

/** Variables that any IRI gives, whatever the template. */
const ALWAYS = ['iri', 'type', 'origin'];

/** Rows of `identity.tsv` that cannot be understood, or that stand behind one that takes all of theirs. */
export function checkIdentities({ identities }: TableSet, ontology: Ontology): TableFinding[] {
  return [
    ...identities.flatMap((row) => [...identifierFindings(row), ...templateFindings(row)]),
    ...identities
      .filter(({ when }) => when !== '' && !ontology.isEntityType(when))
      .map((row) =>
        rowFinding(row, 'when', 'term-unknown', `no Caliper entity type «${row.when}»`, 'name one'),
      ),
    ...identities.flatMap((row) => unknownSystem(row, ontology)),
    ...repeatedTemplates(identities),
  ];
}

function identifierFindings(row: IdentityRow): TableFinding[] {
  if (!IDENTIFIERS.some((ifi) => ifi === row.ifi)) {
    return [rowFinding(row, 'ifi', 'cell-value', `«${row.ifi}»`, `write one of ${IDENTIFIERS.join(', ')}`)];
  }
  if ((row.ifi === 'account') === (row.homePage !== '')) return [];
  return row.ifi === 'account'
    ? [rowFinding(row, 'home_page', 'cell-required', 'an account without a home page', 'write its template')]
    : [rowFinding(row, 'home_page', 'cell-value', `a home page for ${row.ifi}`, 'leave the cell empty')];
}

function templateFindings(row: IdentityRow): TableFinding[] {
  const findings: TableFinding[] = [];
  const cells = [
    ['caliper_iri', row.caliperIri],
    ['home_page', row.homePage],
    ['name', row.name],
  ] as const;
  for (const [column, text] of cells) {
    if (text.replaceAll(/\{\w+\}/g, '').search(/[{}]/) >= 0) {
      findings.push(
        rowFinding(row, column, 'template', `«${text}» has a brace that nothing closes`, 'write {name}'),
      );
    }
  }
  for (const column of ['caliper_iri', 'name'] as const) {
    const text = column === 'name' ? row.name : row.caliperIri;
    if (text === '')
      findings.push(rowFinding(row, column, 'cell-required', 'an empty template', 'write one'));
  }
  const own = systemIdentifierOf(row) === undefined ? variablesOf(row.caliperIri) : SYSTEM_VARIABLES;
  const given = new Set([...ALWAYS, ...own]);
  for (const [column, text] of cells.slice(1)) {
    for (const name of variablesOf(text).filter((variable) => !given.has(variable))) {
      findings.push(
        rowFinding(
          row,
          column,
          'template',
          `{${name}} is not in caliper_iri`,
          `use one of ${[...given].map((one) => `{${one}}`).join(', ')}`,
        ),
      );
    }
  }
  return findings;
}

/** A row that prefers an identifier of a type that Caliper does not have never serves. */
function unknownSystem(row: IdentityRow, ontology: Ontology): TableFinding[] {
  const system = systemIdentifierOf(row);
  if (system === undefined || ontology.kind(system) === 'SystemIdentifierType') return [];
  const known = ontology.terms('SystemIdentifierType').join(', ');
  return [
    rowFinding(row, 'caliper_iri', 'term-unknown', `no identifier type «${system}»`, `name one of ${known}`),
  ];
}

const variablesOf = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);

/** The same form of IRI for the same class goes to the first row; an openid row only reads. */
function repeatedTemplates(rows: readonly IdentityRow[]): TableFinding[] {
  const written = rows.filter(({ ifi }) => ifi !== 'openid');
  return [...groupRows(written, ({ caliperIri, when }) => keyOf(caliperIri, when)).values()].flatMap(
    ([first, ...others]) =>
      others.map((row) =>
        rowFinding(
          row,
          'caliper_iri',
          'row-unreachable',
          `line ${first?.at.line} takes every such IRI`,
          'put the narrower row above it, or take one away',
        ),
      ),
  );
}
