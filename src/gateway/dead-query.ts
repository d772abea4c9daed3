import * as z from 'zod';
import type { DeadQuery } from '../audit/index.ts';
import { Refusal } from './problem.ts';
import { issueErrors } from './schema-issues.ts';

const time = z.iso
  .datetime({ offset: true, error: 'give an RFC 3339 time' })
  .transform((text) => Date.parse(text));

const conditions = {
  source: z.string().min(1).optional(),
  destination: z.string().min(1).optional(),
  reason: z.enum(['invalid', 'unmappable', 'refused', 'conflict', 'expired']).optional(),
  kind: z.enum(['event', 'describe', 'statement']).optional(),
  type: z.string().min(1).optional(),
  since: time.optional(),
  until: time.optional(),
};

const pageSchema = z.strictObject({
  ...conditions,
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

const replaySchema = z
  .strictObject({
    outbound: z.enum(['kept', 'mapped']).default('kept'),
    query: z.strictObject(conditions),
  })
  .refine(
    ({ query }) => Object.keys(query).length > 0,
    'give at least one condition, so that not all go at once',
  );

const oneReplaySchema = z.strictObject({ outbound: z.enum(['kept', 'mapped']).default('kept') });

/** What of a query was given. */
export type DeadConditions = z.output<typeof replaySchema>['query'];

function checked<Output>(schema: z.ZodType<Output>, value: unknown): Output {
  const outcome = schema.safeParse(value);
  if (outcome.success) return outcome.data;
  const errors = issueErrors(outcome.error.issues, 'dead');
  throw new Refusal({ status: 400, code: 'invalid-query', detail: 'The request is not understood.', errors });
}

/** The page of dead letters that query parameters ask for. Throws a {@link Refusal} with status 400. */
export const readDeadPage = (parameters: Readonly<Record<string, string>>) => checked(pageSchema, parameters);

/** Which letters a request to replay is about. Throws a {@link Refusal} with status 400. */
export const readReplay = (value: unknown) => checked(replaySchema, value);

/** How one letter is to be replayed. Throws a {@link Refusal} with status 400. */
export const readOneReplay = (value: unknown) => checked(oneReplaySchema, value);

/** The conditions that were given, as the record log takes them. */
export const given = (query: DeadConditions): DeadQuery =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
