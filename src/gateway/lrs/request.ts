import type { Context } from 'hono';
import type { ParameterEntries } from '../../xapi/index.ts';

/** Parameters of the query string in their order, repeated ones included. */
export const parametersOf = (c: Context): ParameterEntries => new URL(c.req.url).searchParams;

/** Scheme, host and port that a request was sent to. */
export const originOf = (c: Context) => new URL(c.req.url).origin;
