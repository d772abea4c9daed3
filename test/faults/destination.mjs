/**
 * A destination of its own process: `node destination.mjs lrs|caliper PORT FILE`. What it takes stands in its file before it
 * answers, and is there after it was killed. `POST /mode` says how it answers from then on.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const [kind, port, file] = process.argv.slice(2);
const statements = new Map();
let mode = 'well';

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

function take(text) {
  appendFileSync(file, `${JSON.stringify(text)}\n`);
  if (kind === 'lrs') for (const one of JSON.parse(text)) statements.set(one.id, one);
}

if (existsSync(file)) {
  const lines = readFileSync(file, 'utf8').split('\n');
  for (const line of lines.slice(0, -1)) {
    if (kind === 'lrs') for (const one of JSON.parse(JSON.parse(line))) statements.set(one.id, one);
  }
}

/** All or nothing, and one statement an id, as xAPI has it. Who says `refuse me` is refused. */
function answerOf(method, url, text) {
  if (method === 'GET') {
    const id = new URL(url, 'http://localhost').searchParams.get('statementId');
    const held = statements.get(id);
    return held ? { status: 200, body: JSON.stringify(held) } : { status: 404, body: '' };
  }
  if (text.includes('refuse me')) return { status: 400, body: 'a record is bad' };
  if (kind === 'lrs') {
    const batch = JSON.parse(text);
    if (batch.some((one) => statements.has(one.id) && !same(statements.get(one.id), one))) {
      return { status: 409, body: 'another statement is there' };
    }
    const fresh = batch.filter((one) => !statements.has(one.id));
    if (fresh.length === batch.length) take(text);
    else if (fresh.length > 0) take(JSON.stringify(fresh));
    return { status: 200, body: JSON.stringify(batch.map(({ id }) => id)) };
  }
  take(text);
  return { status: 200, body: '' };
}

async function answer(request, response) {
  const parts = [];
  for await (const part of request) parts.push(part);
  const text = Buffer.concat(parts).toString('utf8');
  if (request.url === '/mode') {
    mode = text;
    return response.end();
  }
  const how = mode;
  if (how === 'reset') return response.destroy();
  if (how === 'hang') return undefined;
  if (how === 'unavailable') return response.writeHead(503, { 'retry-after': '1' }).end();
  if (how === 'too-many') return response.writeHead(429).end();
  if (how === 'slow') await pause(400);
  const { status, body } = answerOf(request.method, request.url, text);
  // From here on it is stored, whatever the sender learns of it.
  if (how === 'half') {
    response.writeHead(status, { 'content-length': '1000' });
    response.write('[');
    return setTimeout(() => response.destroy(), 20);
  }
  if (how === 'lost') return response.destroy();
  if (how === 'error') return response.writeHead(500).end('<html>');
  if (how === 'garbage') return response.writeHead(status).end('\u0000{"not":[what was asked for');
  return response.writeHead(status, { 'content-type': 'application/json' }).end(body);
}

createServer((request, response) => void answer(request, response).catch(() => response.destroy())).listen(
  Number(port),
  '127.0.0.1',
);
