import * as z from 'zod';
import { secretSchema } from './config-source.ts';

const MEBIBYTE = 1024 * 1024;

/** How full the gateway may become. */
export const backpressureSchema = z
  .strictObject({
    pending: z
      .int()
      .min(1)
      .default(5_000_000)
      .describe('Most deliveries that may wait, over all destinations'),
    pendingBytes: z
      .int()
      .min(1024)
      .optional()
      .describe('Most bytes of records in deliveries that wait; to count them takes a look at each record'),
    freeBytes: z
      .int()
      .min(0)
      .default(256 * MEBIBYTE)
      .describe('Least free bytes on the disk of the record log; on Workers it has no meaning'),
    logBytes: z
      .int()
      .min(MEBIBYTE)
      .optional()
      .describe('Most bytes of the record log; on Workers 9,500,000,000 by default, since D1 ends at 10 GB'),
    share: z
      .number()
      .min(0.01)
      .max(1)
      .default(0.8)
      .describe('Part of "pending" that one source may fill, so that it keeps no other out'),
  })
  .describe(
    'Past one of these the gateway takes no records: 503 with Retry-After, or 429 where one source has filled its share. It takes them again at nine tenths',
  );

/** Who may see metrics. */
export const metricsSchema = z.strictObject({
  public: z
    .boolean()
    .default(false)
    .describe('true tells GET /metrics to all; false to credentials with the scope monitor'),
});

/** Whom to tell what needs someone to act. */
export const alertsSchema = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/, error: 'give an absolute address with http or https' })
      .describe('Address that alerts are sent to by POST, as Standard Webhooks says'),
    secret: secretSchema.describe('Key of the signature in webhook-signature (HMAC-SHA-256)'),
    oldest: z
      .int()
      .min(1_000)
      .default(900_000)
      .describe('Milliseconds that a record may wait for its delivery before that is worth an alert'),
    quiet: z
      .int()
      .min(0)
      .default(300_000)
      .describe('Milliseconds between two alerts about dead letters of one destination'),
  })
  .describe('Where people are told of what they should see to; nobody is told where this is left out');

/** What the gateway's own log holds. */
export const logSchema = z.strictObject({
  requests: z
    .boolean()
    .default(false)
    .describe('true writes a line for each request; false only for those that are refused or fail'),
});
