import * as z from 'zod';
import type { OutboxState, RecordFilter, RecordKind, RecordPosition } from '../../audit/index.ts';
import { pointer } from '../../json/index.ts';
import { opaque, transparent } from '../opaque.ts';
import { Refusal } from '../problem.ts';
import { issuePath, issueRule } from '../schema-issues.ts';

/** Records of a page where a reader does not say, and at most. */
const USUAL_LIMIT = 50;
const MOST_LIMIT = 500;

const time = z.iso
  .datetime({ offset: true, error: 'give an RFC 3339 time, its "+" sent as %2B' })
  .transform((text) => Date.parse(text));

const named = z.string().min(1).max(4_000).optional();

const KINDS = ['event', 'describe', 'statement'] as const satisfies readonly RecordKind[];
const STATES = ['pending', 'delivered', 'dead', 'discarded'] as const satisfies readonly OutboxState[];

/** What a query for records may ask. All conditions that are given hold. */
export const recordConditions = {
  source: named,
  language: z.enum(['caliper', 'xapi']).optional(),
  kind: z.enum(KINDS).optional(),
  type: named,
  verb: named,
  actor: named,
  activity: named,
  course: named,
  registration: z.uuid({ error: 'give a UUID' }).optional(),
  destination: named,
  state: z.enum(STATES).optional(),
  since: time.optional(),
  until: time.optional(),
};

const querySchema = z.strictObject({
  ...recordConditions,
  order: z.enum(['ascending', 'descending']).optional(),
  limit: z.coerce.number().int().min(1).max(MOST_LIMIT).optional(),
  as: z.enum(['lineage', 'received', 'caliper', 'xapi']).optional(),
  format: z.enum(['json', 'ndjson']).optional(),
});

type Conditions = z.output<z.ZodObject<typeof recordConditions>>;

/** A query for records, as parameters say it. */
export interface RecordsQuery extends z.output<typeof querySchema> {
  readonly behind?: RecordPosition;
  /** Its parameters as a query string, for the cursor of the next page. */
  readonly text: string;
}

function refuse(errors: { path: string; rule: string; message: string }[]): never {
  const detail = 'The parameters are not those of a query for records.';
  throw new Refusal({ status: 400, code: 'invalid-parameter', detail, errors });
}

function checked(parameters: URLSearchParams): z.output<typeof querySchema> {
  const outcome = querySchema.safeParse(Object.fromEntries(parameters));
  if (outcome.success) return outcome.data;
  return refuse(
    outcome.error.issues.flatMap((issue) => {
      const paths =
        issue.code === 'unrecognized_keys'
          ? issue.keys.map((key) => pointer('', key))
          : [issuePath(issue.path)];
      const rule = issueRule('records', issue);
      return paths.map((path) => ({ path, rule, message: issue.message }));
    }),
  );
}

const CURSOR = /^([a-z]+(?: \d+)?)\n(-?\d{1,16})\n(\d{1,16})\n(.*)$/s;

/** The query of a request: its parameters, or a cursor that stands alone for them. Throws a {@link Refusal} (400). */
export function readRecordsQuery(parameters: URLSearchParams): RecordsQuery {
  const cursor = parameters.get('cursor');
  if (cursor === null) return { ...checked(parameters), text: parameters.toString() };
  const [, walk, at, seq, text] = CURSOR.exec(transparent(cursor) ?? '') ?? [];
  if (walk === undefined || text === undefined || parameters.size > 1) {
    return refuse([
      {
        path: '/cursor',
        rule: 'records-cursor',
        message: 'follow the link of a page as it is, with nothing beside it',
      },
    ]);
  }
  return { ...checked(new URLSearchParams(text)), behind: { walk, at: Number(at), seq: Number(seq) }, text };
}

/** The query string of the page that comes next. */
export function nextQuery({ walk, at, seq }: RecordPosition, { text }: RecordsQuery): string {
  return `cursor=${opaque([walk, at, seq, text].join('\n'))}`;
}

/** Records of one page. */
export const limitOf = ({ limit }: Pick<RecordsQuery, 'limit'>) => limit ?? USUAL_LIMIT;

function kindsOf({ language, kind }: Conditions): readonly RecordKind[] | undefined {
  if (language === undefined) return kind && [kind];
  const own: readonly RecordKind[] = language === 'xapi' ? ['statement'] : ['event', 'describe'];
  return kind === undefined ? own : own.filter((one) => one === kind);
}

/**
 * What of a query the log itself finds records by, with the terms of what they say. Undefined where its conditions
 * exclude one another.
 */
export function filterOf(
  conditions: Conditions,
  terms: readonly string[],
  tenant: string,
): RecordFilter | undefined {
  const { source, type, destination, state, since, until } = conditions;
  const kinds = kindsOf(conditions);
  if (kinds?.length === 0) return undefined;
  const delivery = {
    ...(destination === undefined ? {} : { destination }),
    ...(state === undefined ? {} : { state }),
  };
  return {
    tenant,
    terms,
    ...(source === undefined ? {} : { source }),
    ...(kinds === undefined ? {} : { kinds }),
    ...(type === undefined ? {} : { type }),
    ...(Object.keys(delivery).length === 0 ? {} : { delivery }),
    ...(since === undefined ? {} : { receivedAfter: since }),
    ...(until === undefined ? {} : { receivedUntil: until }),
  };
}
