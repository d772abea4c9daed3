import * as z from 'zod';
import { address } from './config-destination.ts';
import { nameSchema } from './config-name.ts';
import { credentialSchema, tenantSchema } from './config-source.ts';

const filters = z
  .strictObject({
    agent: z.string().min(1).optional().describe('An Agent or identified Group, as JSON'),
    verb: z.string().min(1).optional(),
    activity: z.string().min(1).optional(),
    registration: z.uuid().optional(),
    related_agents: z.enum(['true', 'false']).optional(),
    related_activities: z.enum(['true', 'false']).optional(),
  })
  .describe('Parameters of the query for statements (xAPI Communication 2.1.3)');

/** An LRS that is read at intervals. */
export const pullSchema = z
  .strictObject({
    name: nameSchema.describe('Name of the source that its records are kept under'),
    tenant: tenantSchema,
    url: address.describe('Address of the xAPI endpoint, below which "statements" lies'),
    version: z
      .enum(['1.0.3', '2.0.0'])
      .default('1.0.3')
      .describe('Version of xAPI that is spoken to it; 1.0.3 by default'),
    authorization: credentialSchema.describe('How the gateway proves itself there'),
    since: z.iso
      .datetime({ offset: true })
      .optional()
      .describe('Where the first reading begins; at its first statement by default'),
    filters: filters.optional(),
    limit: z.int().min(1).optional().describe('Statements of a page; as many as it gives by default'),
    every: z
      .int()
      .min(1)
      .default(300)
      .describe('Seconds between two readings on Node; on Workers each run of the timer reads'),
    timeout: z
      .int()
      .min(100)
      .max(600_000)
      .optional()
      .describe('Milliseconds that one request may take; 60,000 by default'),
    strict: z
      .boolean()
      .default(false)
      .describe('true leaves out every statement that breaks a MUST; false takes what can be understood'),
  })
  .describe('A Learning Record Store that is read from where the last reading ended');
