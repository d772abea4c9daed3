import { Hono, type MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

/**
 * Gives every answer strict headers: nothing of it is run, framed, guessed or referred from. Behind TLS only, by the public
 * address, is a browser told to come by no other way: one that was told so once does not come back.
 */
export const strictHeaders = (publicUrl?: string): MiddlewareHandler =>
  secureHeaders({
    strictTransportSecurity:
      publicUrl?.startsWith('https:') === true ? 'max-age=31536000; includeSubDomains' : false,
    contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"], baseUri: ["'none'"] },
    xFrameOptions: 'DENY',
  });

/** The same headers for what a host answers itself, before a request comes to the app. */
export async function headersOfEveryAnswer(publicUrl?: string): Promise<Readonly<Record<string, string>>> {
  const app = new Hono().use(strictHeaders(publicUrl)).get('/', (c) => c.body(null));
  return Object.fromEntries((await app.request('/')).headers);
}
