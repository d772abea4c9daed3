import type { Context, Hono } from 'hono';
import type { DocumentContext, DocumentKey, StoredDocument } from '../../audit/index.ts';
import {
  parseDocumentParameters,
  type DocumentChoice,
  type DocumentParameters,
  type DocumentResourceName,
} from '../../xapi/index.ts';
import { admits } from '../admission.ts';
import { requires } from '../authentication.ts';
import { bodyBytes } from '../body.ts';
import type { XapiEnv } from '../env.ts';
import { Refusal } from '../problem.ts';
import type { Services } from '../services.ts';
import {
  deleteDocument,
  DOCUMENT_PATHS,
  postDocument,
  putDocument,
  type DocumentChange,
  type SentDocument,
} from './documents.ts';
import { parametersOf } from './request.ts';

type Request = Context<XapiEnv>;

function asked(c: Request, resource: DocumentResourceName, choice: DocumentChoice): DocumentParameters {
  const read = parseDocumentParameters(parametersOf(c), resource, choice, c.get('xapiVersion'));
  if (read.ok) return read.value;
  const detail = 'The parameters are not those of this document resource.';
  throw new Refusal({ status: 400, code: 'invalid-parameter', detail, errors: read.findings });
}

function contextOf(
  c: Request,
  resource: DocumentResourceName,
  parameters: DocumentParameters,
): DocumentContext {
  const { activity, agent, registration } = parameters;
  return {
    tenant: c.get('source').tenant,
    resource,
    ...(activity === undefined ? {} : { activity }),
    ...(agent === undefined ? {} : { agent }),
    ...(registration === undefined ? {} : { registration }),
  };
}

function changeOf(c: Request, key: DocumentKey): DocumentChange {
  const preconditions = { ifMatch: c.req.header('if-match'), ifNoneMatch: c.req.header('if-none-match') };
  return { key, preconditions };
}

function namedChange(c: Request, resource: DocumentResourceName): DocumentChange {
  const { id = '', ...parameters } = asked(c, resource, 'one');
  return changeOf(c, { ...contextOf(c, resource, parameters), id });
}

async function sentDocument(c: Request, { limits }: Services): Promise<SentDocument> {
  const contentType = c.req.header('content-type') ?? 'application/octet-stream';
  return { content: await bodyBytes(c.req.raw, limits), contentType };
}

function given(c: Request, { content, contentType, etag, updatedAt }: StoredDocument): Response {
  return c.body(content as Uint8Array<ArrayBuffer>, 200, {
    'content-type': contentType,
    etag: `"${etag}"`,
    'last-modified': new Date(updatedAt).toUTCString(),
  });
}

async function read(c: Request, resource: DocumentResourceName, { log }: Services): Promise<Response> {
  const { id, since, ...parameters } = asked(c, resource, 'one-or-since');
  const context = contextOf(c, resource, parameters);
  if (id === undefined) return c.json(await log.documents.ids(context, since));
  const document = await log.documents.find({ ...context, id });
  if (document) return given(c, document);
  throw new Refusal({
    status: 404,
    code: 'no-such-document',
    detail: 'There is no document under that key.',
  });
}

async function remove(c: Request, resource: DocumentResourceName, services: Services): Promise<void> {
  const { id, ...parameters } = asked(c, resource, resource === 'state' ? 'one-or-all' : 'one');
  const context = contextOf(c, resource, parameters);
  if (id === undefined) await services.log.documents.clear(context);
  else await deleteDocument(changeOf(c, { ...context, id }), services);
}

/**
 * The document resources (Communication 2.2): State, Agent Profile and Activity Profile, with entity tags against lost
 * updates (3.1). What one source stores the others read: a course's launch data come from its platform. A credential
 * that may read nothing reads no documents either.
 */
export function documentRoutes(app: Hono<XapiEnv>, services: Services): void {
  const reader = requires<XapiEnv>('read-own', services);
  const sender = requires<XapiEnv>('send-xapi', services);
  const room = admits<XapiEnv>(services);
  for (const resource of Object.keys(DOCUMENT_PATHS) as DocumentResourceName[]) {
    const path = DOCUMENT_PATHS[resource];
    app.get(path, reader, (c) => read(c, resource, services));
    app.put(path, sender, room, async (c) => {
      const change = namedChange(c, resource);
      await putDocument(change, await sentDocument(c, services), c.get('xapiVersion'), services);
      return c.body(null, 204);
    });
    app.post(path, sender, room, async (c) => {
      const change = namedChange(c, resource);
      await postDocument(change, await sentDocument(c, services), services);
      return c.body(null, 204);
    });
    app.delete(path, sender, async (c) => {
      await remove(c, resource, services);
      return c.body(null, 204);
    });
  }
}
