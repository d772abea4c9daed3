import type { Context } from 'hono';
import type { ParameterEntries } from '../../xapi/index.ts';
import { authenticated } from '../authentication.ts';
import type { XapiEnv } from '../env.ts';
import { Refusal } from '../problem.ts';
import type { Services } from '../services.ts';
import type { Source } from '../sources.ts';

/** Parameters of the query string in their order, repeated ones included. */
export const parametersOf = (c: Context): ParameterEntries => new URL(c.req.url).searchParams;

/** Scheme, host and port that a request was sent to. */
export const originOf = (c: Context) => new URL(c.req.url).origin;

/** The source behind a request that writes; 403 where it may send no xAPI (Communication 3.2). */
export function sender(c: Context<XapiEnv>, services: Services): Source {
  const source = authenticated(c.req.header('authorization'), ['basic', 'bearer'], services);
  if (source.languages.includes('xapi')) return source;
  const detail = `The source "${source.name}" may not send xAPI.`;
  throw new Refusal({ status: 403, code: 'forbidden', detail });
}

/** The source behind a request that reads; 403 where it may read nothing. */
export function reader(c: Context<XapiEnv>, services: Services): Source {
  const source = authenticated(c.req.header('authorization'), ['basic', 'bearer'], services);
  if (source.read !== 'none') return source;
  const detail = `The source "${source.name}" may not read.`;
  throw new Refusal({ status: 403, code: 'forbidden', detail });
}
