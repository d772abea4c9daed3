import { presentedCredential, sourceOf, type Presented } from './credentials.ts';
import { Refusal } from './problem.ts';
import type { Services } from './services.ts';
import type { Source } from './sources.ts';

type Scheme = Presented['scheme'];

const CHALLENGES: Readonly<Record<Scheme, string>> = {
  basic: 'Basic realm="crosswalk", charset="UTF-8"',
  bearer: 'Bearer realm="crosswalk"',
};

const NAMES: Readonly<Record<Scheme, string>> = { basic: 'Basic', bearer: 'Bearer' };

/** The answer to a request whose sender is not known: 401 with a challenge for each scheme (RFC 9110 section 11.6.1). */
export function unauthorized(schemes: readonly Scheme[], detail: string): Refusal {
  return new Refusal({
    status: 401,
    code: 'unauthorized',
    detail,
    headers: { 'www-authenticate': schemes.map((scheme) => CHALLENGES[scheme]).join(', ') },
  });
}

/**
 * The source that a request's credential belongs to. Throws a {@link Refusal} with status 401 where the header is
 * missing, malformed, of another scheme, or unknown.
 */
export function authenticated(
  header: string | undefined,
  schemes: readonly Scheme[],
  { credentials, digest }: Pick<Services, 'credentials' | 'digest'>,
): Source {
  const presented = presentedCredential(header);
  if (!presented || !schemes.includes(presented.scheme)) {
    const wanted = schemes.map((scheme) => NAMES[scheme]).join(' or ');
    throw unauthorized(schemes, `Send an Authorization header of the ${wanted} scheme.`);
  }
  const source = sourceOf(presented, credentials, digest);
  if (!source) throw unauthorized(schemes, 'The credential is not known here.');
  return source;
}
