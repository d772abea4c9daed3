import * as z from 'zod';
import { nameSchema } from './config-name.ts';
import { TENANT } from './tenant.ts';

/** How long, or how much of it, records are kept. */
export const retentionSchema = z
  .strictObject({
    tenant: nameSchema.default(TENANT).describe('Whose records'),
    source: nameSchema.optional().describe('Only records of this source'),
    days: z.number().positive().optional().describe('Records that were received earlier are erased'),
    mebibytes: z
      .number()
      .positive()
      .optional()
      .describe('The oldest records beyond this size together, as received, are erased'),
  })
  .refine(({ days, mebibytes }) => days !== undefined || mebibytes !== undefined, {
    error: 'give days, mebibytes, or both',
  })
  .describe('What is kept of the record log; what is still to be delivered is never erased by it');

/** A rule of retention, checked. */
export type Retention = z.output<typeof retentionSchema>;
