import { compactVerify, decodeProtectedHeader, importX509 } from 'jose';
import type { AttachmentContent } from '../../audit/index.ts';
import { isObject, type JsonObject, type JsonValue } from '../../json/index.ts';
import { attachmentsOf, sameStatement, SIGNATURE } from '../../xapi/index.ts';
import { Refusal, type ProblemError } from '../problem.ts';

/** The algorithms that sign statements (Data 2.6). */
const ALGORITHMS = ['RS256', 'RS384', 'RS512'];

/** A certificate of a JWS header (RFC 7515 section 4.1.6) as importX509 reads it. */
const pemOf = (certificate: string) =>
  `-----BEGIN CERTIFICATE-----\n${certificate.replace(/(.{64})/g, '$1\n')}\n-----END CERTIFICATE-----\n`;

/** The JSON that a compact JWS signs; undefined where it is none. */
function payloadOf(jws: string): JsonValue | undefined {
  try {
    const text = (jws.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as JsonValue;
  } catch {
    return undefined;
  }
}

/** What keeps a JWS from being a statement's signature, in words; undefined where nothing does. */
async function faultOf(jws: string, statement: JsonObject): Promise<string | undefined> {
  const parts = jws.split('.');
  if (parts.length !== 3 || parts.some((part) => !/^[\w-]+$/.test(part))) {
    return 'the signature is no JWS in compact serialization';
  }
  let header: ReturnType<typeof decodeProtectedHeader>;
  try {
    header = decodeProtectedHeader(jws);
  } catch {
    return 'the header of the JWS cannot be read';
  }
  const { alg = '', x5c } = header;
  if (!ALGORITHMS.includes(alg)) return `the JWS is made with ${alg}; use ${ALGORITHMS.join(', ')}`;
  const payload = payloadOf(jws);
  if (!isObject(payload)) return 'the payload of the JWS is no statement in JSON';
  if (!sameStatement(payload, statement)) return 'the JWS signs another statement';
  const [certificate] = x5c ?? [];
  if (certificate === undefined) return undefined;
  try {
    await compactVerify(jws, await importX509(pemOf(certificate), alg));
    return undefined;
  } catch {
    return 'the JWS was not made with the key of its certificate (x5c)';
  }
}

async function errorsOf(
  statement: JsonObject,
  attachments: readonly AttachmentContent[],
  path: string,
): Promise<ProblemError[]> {
  const errors: ProblemError[] = [];
  for (const { usageType, sha2 } of attachmentsOf(statement)) {
    if (usageType !== SIGNATURE || typeof sha2 !== 'string') continue;
    const data = attachments.find((one) => one.sha2 === sha2.toLowerCase());
    // A signature that lies elsewhere (fileUrl) is not fetched, as nothing in a record is.
    if (!data) continue;
    const fault = await faultOf(new TextDecoder().decode(data.content).trim(), statement);
    if (fault !== undefined) errors.push({ path, rule: 'xapi-signature', message: fault });
  }
  return errors;
}

/**
 * Refuses signed statements whose signature is none (Data 2.6): a JWS of RS256, RS384 or RS512 whose payload is the
 * statement, and which was made with the key of the certificate that its header brings, where it brings one. Whether
 * the certificate is to be trusted is for the reader to say.
 */
export async function checkSignatures(
  statements: readonly JsonObject[],
  attachments: readonly AttachmentContent[],
  pathAt: (place: number) => string,
): Promise<void> {
  const each = await Promise.all(statements.map((one, at) => errorsOf(one, attachments, pathAt(at))));
  const errors = each.flat();
  if (errors.length === 0) return;
  const detail = 'The signature of a statement does not hold.';
  throw new Refusal({ status: 400, code: 'statement-signature', detail, errors });
}
