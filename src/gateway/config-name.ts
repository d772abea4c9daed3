import * as z from 'zod';

/** A name that stands in the record log, in logs and in answers. */
export const nameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'give 1 to 64 letters, digits, dots, hyphens or underscores');
