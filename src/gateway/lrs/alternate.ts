import { modelOf, VERSION_HEADER } from '../../xapi/index.ts';
import { bodyText, type BodyLimits } from '../body.ts';
import { Refusal } from '../problem.ts';

/** Form fields that stand for headers (Communication 1.3). */
const HEADERS = [
  'Authorization',
  VERSION_HEADER,
  'Content-Type',
  'Content-Length',
  'If-Match',
  'If-None-Match',
  'Accept-Language',
];

const METHODS = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD'];

function refusal(detail: string): Refusal {
  return new Refusal({ status: 400, code: 'alternate-syntax', detail });
}

/** The headers of the request that a form stands for. Those of the request itself stay where the form says nothing. */
function headersOf(request: Request, form: URLSearchParams): Headers {
  const headers = new Headers(request.headers);
  for (const name of ['content-type', 'content-length', 'content-encoding']) headers.delete(name);
  for (const [name, value] of form) {
    const header = HEADERS.find((known) => known.toLowerCase() === name.toLowerCase());
    if (header === undefined || header === 'Content-Length') continue;
    try {
      headers.set(header, value);
    } catch {
      throw refusal(`The form's value of ${header} cannot stand in a header.`);
    }
  }
  return headers;
}

/** True for a request in the alternate syntax: one with the parameter `method` of 1.0. */
export function isAlternate(request: Request): boolean {
  if (!new URL(request.url).searchParams.has('method')) return false;
  const version = request.headers.get(VERSION_HEADER);
  return version === null || modelOf(version) !== '2.0';
}

/**
 * The request that a POST of a form stands for (Communication 1.3): the method from the query string, headers and
 * parameters from the form's fields, and the body from its field `content`. Throws a {@link Refusal} with status 400
 * where it is no POST, where the query string holds more than the method, or where a body is missing.
 */
export async function alternateRequest(request: Request, limits: BodyLimits): Promise<Request> {
  const url = new URL(request.url);
  const method = url.searchParams.get('method')?.toUpperCase() ?? '';
  if (request.method !== 'POST') throw refusal('A request with the parameter method is sent by POST.');
  if (!METHODS.includes(method)) throw refusal(`There is no method ${method}; use ${METHODS.join(', ')}.`);
  if (url.searchParams.size > 1) throw refusal('Beside method, parameters stand in the form.');
  const form = new URLSearchParams(await bodyText(request, limits));
  const headers = headersOf(request, form);
  const version = headers.get(VERSION_HEADER);
  if (version !== null && modelOf(version) === '2.0') throw refusal('Version 2.0 has no alternate syntax.');
  const content = form.get('content');
  const taken = ['content', ...HEADERS.map((name) => name.toLowerCase())];
  url.search = '';
  for (const [name, value] of form) {
    if (!taken.includes(name.toLowerCase())) url.searchParams.append(name, value);
  }
  if (method !== 'PUT' && method !== 'POST') return new Request(url, { method, headers });
  if (content === null) throw refusal('The body of the request stands in the form’s field "content".');
  if (!headers.has('content-type')) headers.set('content-type', 'application/json');
  return new Request(url, { method, headers, body: content });
}
