import { caliperPath, splitPath } from '../../rows/caliper-path.ts';
import { rowFinding } from '../../tables/check/row-finding.ts';
import {
  DEFINITIONS,
  finding,
  type StructureRow,
  type TableFinding,
  type TableSet,
} from '../../tables/index.ts';

/** Rows that every set of tables has: the members that all entities share, and the maps. */
const FIXED = [
  { caliperPath: 'id', xapiPath: 'id', transform: 'iri' },
  { caliperPath: 'type', xapiPath: 'definition.type', transform: 'class' },
  {
    caliperPath: '*',
    xapiPath: 'definition.extensions[http://purl.imsglobal.org/caliper/*]',
    transform: 'copy',
  },
  { caliperPath: 'extensions', xapiPath: 'definition.extensions', transform: 'keys' },
] as const;

/** Rows of `entity.tsv` that cannot be understood, and those that have to stand there and do not. */
export function checkEntities({ entityFields }: TableSet): TableFinding[] {
  const place = { file: DEFINITIONS.entityFields.file, line: 1, column: 'row' };
  const missing = FIXED.filter((fixed) => !entityFields.some((row) => says(row, fixed)));
  return [
    ...missing.map(({ caliperPath: from, xapiPath: to, transform }) =>
      finding(place, 'row-missing', `no row for ${from}`, `add one with ${to} and ${transform}`),
    ),
    ...entityFields.filter((row) => !FIXED.some((fixed) => says(row, fixed))).flatMap(memberFindings),
    ...entityFields.flatMap(emptyFindings),
  ];
}

const says = (row: StructureRow, fixed: (typeof FIXED)[number]) =>
  row.caliperPath === fixed.caliperPath &&
  row.xapiPath === fixed.xapiPath &&
  row.transform === fixed.transform;

function memberFindings(row: StructureRow): TableFinding[] {
  const findings: TableFinding[] = [];
  if (row.transform !== 'copy' && row.transform !== 'text') {
    findings.push(
      rowFinding(
        row,
        'transform',
        'transform',
        `«${row.transform}»`,
        'write copy, or text for a language map',
      ),
    );
  }
  if (row.caliperPath.includes('*') || caliperPath(row.caliperPath) === undefined) {
    findings.push(
      rowFinding(
        row,
        'caliper_path',
        'path',
        `«${row.caliperPath}» is no path`,
        'write a dotted path into the entity',
      ),
    );
  }
  const steps = splitPath(row.xapiPath);
  if (steps?.[0] !== 'definition' || steps.length < 2) {
    findings.push(
      rowFinding(row, 'xapi_path', 'path', `«${row.xapiPath}»`, 'write a path that begins with definition.'),
    );
  }
  return findings;
}

/** A member of an entity corresponds wherever the entity stands, so there is nothing to choose by. */
function emptyFindings(row: StructureRow): TableFinding[] {
  const findings: TableFinding[] = [];
  if (row.event !== 'Entity') {
    findings.push(rowFinding(row, 'event', 'cell-value', `«${row.event}»`, 'write Entity'));
  }
  for (const column of ['when', 'direction'] as const) {
    if (row[column] === '') continue;
    findings.push(
      rowFinding(
        row,
        column,
        'cell-value',
        `«${row[column]}»`,
        'leave the cell empty: the row is for all entities, both ways',
      ),
    );
  }
  return findings;
}
