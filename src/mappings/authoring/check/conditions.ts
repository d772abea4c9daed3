import type { Ontology } from '../../../ontology/index.ts';
import { compileCondition, ConditionError, type ConditionLanguage } from '../../rows/condition.ts';
import { rowFinding } from '../../tables/check/row-finding.ts';
import type { TableFinding, TableRow, TableSet } from '../../tables/index.ts';
import { eventLanguage, statementLanguage } from '../../vocabulary.ts';

type RowWithCondition = TableRow & { readonly when: string };

const MEND = 'write tests as section 4 of mappings/README.md has them';

/** Conditions of the vocabulary tables that cannot be read. */
export function checkConditions({ actions, profiles, verbs }: TableSet, ontology: Ontology): TableFinding[] {
  const events = eventLanguage(ontology);
  const statements = statementLanguage(ontology);
  return [
    ...[...actions, ...profiles].flatMap((row) => conditionFinding(row, events)),
    ...verbs.flatMap((row) => conditionFinding(row, statements)),
  ];
}

function conditionFinding<State>(row: RowWithCondition, language: ConditionLanguage<State>): TableFinding[] {
  try {
    compileCondition(row.when, language);
    return [];
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    const found = `${error.message}, at character ${error.offset + 1}`;
    return [rowFinding(row, 'when', 'condition', found, MEND)];
  }
}
