/**
 * A Caliper endpoint and an LRS that count what they get and keep nothing. A parent sends how many records each is to get
 * from now on, and is told when both have them. Sends the addresses first, and ends with its parent.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How many records a destination has got since it was last asked. */
interface Counter {
  readonly mark: string;
  count: number;
}

/** Each event has one time, and each statement one verb with an id: neither stands elsewhere in what is sent. */
const counters = {
  caliper: { mark: '"eventTime":', count: 0 },
  lrs: { mark: '"verb":{"id":', count: 0 },
} satisfies Record<string, Counter>;

let expected: number | undefined;

function count(body: Buffer, counter: Counter): void {
  for (let at = body.indexOf(counter.mark); at >= 0; at = body.indexOf(counter.mark, at + 1)) {
    counter.count += 1;
  }
  const counts = Object.values(counters).map((one) => one.count);
  if (expected === undefined || counts.some((one) => one < (expected ?? 0))) return;
  process.send?.({ at: Date.now(), counts });
  expected = undefined;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

function open(counter: Counter, answer: string): Promise<Server> {
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      response.writeHead(200, {
        'content-type': 'application/json',
        'x-experience-api-version': '1.0.3',
      });
      response.end(answer, () => count(body, counter));
    });
  });
  return new Promise((resolve) => void server.listen(0, '127.0.0.1', () => resolve(server)));
}

process.on('message', (records: number) => {
  for (const counter of Object.values(counters)) counter.count = 0;
  expected = records;
  process.send?.('counting');
});
process.on('disconnect', () => process.exit());

const urlOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const [caliper, lrs] = await Promise.all([open(counters.caliper, ''), open(counters.lrs, '[]')]);
process.send?.({ caliper: urlOf(caliper), lrs: urlOf(lrs) });
