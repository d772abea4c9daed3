import { describe, expect, it } from 'vitest';
import { envelope, event, statement } from './runtime/gateway-records.ts';
import { appInMemory, ENVIRONMENT } from './support/app.ts';

/** Turns of the event loop that are given by hand. */
function turnsByHand() {
  const waiting: (() => void)[] = [];
  return {
    nextTurn: () => new Promise<void>((resolve) => void waiting.push(resolve)),
    asked: () => waiting.length,
    give: () => waiting.shift()?.(),
  };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

/** Answers in the order in which they came. */
async function gateway() {
  const turns = turnsByHand();
  const { app, log } = await appInMemory({}, { nextTurn: turns.nextTurn });
  const answered: string[] = [];
  const send = async (name: string, path: string, body: unknown) => {
    const headers = {
      authorization: `Bearer ${ENVIRONMENT.CROSSWALK_TOKEN}`,
      'x-experience-api-version': '1.0.3',
      'content-type': 'application/json',
    };
    const answer = await app.request(`http://gateway.test${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    answered.push(`${name} ${answer.status}`);
  };
  return { ...turns, send, answered, log };
}

const many = <One>(make: () => One): One[] => Array.from({ length: 250 }, make);

const long = {
  envelope: ['/caliper', () => envelope(many(event))],
  batch: ['/xapi/statements', () => many(statement)],
} as const;

describe('long bodies that come at once', () => {
  it('are worked on three in each turn of the event loop, in their order, in both languages', async () => {
    const { send, asked, give, answered, log } = await gateway();
    const kinds = ['envelope', 'batch', 'envelope', 'batch', 'envelope', 'batch', 'envelope'] as const;
    const sent: Promise<void>[] = [];
    for (const kind of kinds) {
      const [path, body] = long[kind];
      sent.push(send(kind, path, body()));
      await settle();
    }
    expect(answered).toEqual(['envelope 200', 'batch 200', 'envelope 200']);
    expect(asked()).toBe(1);
    give();
    await Promise.all(sent.slice(0, 6));
    expect(answered.slice(3).sort()).toEqual(['batch 200', 'batch 200', 'envelope 200']);
    await settle();
    expect(answered).toHaveLength(6);
    give();
    await Promise.all(sent);
    expect(answered).toHaveLength(7);
    expect(await log.read({ limit: 5_000 })).toHaveLength(7 * 250);
    await log.close();
  });

  it('hold up no short one, which asks for no turn', async () => {
    const { send, asked, give, answered, log } = await gateway();
    const [path, body] = long.envelope;
    const sent = ['first', 'second', 'third', 'fourth'].map((name) => send(name, path, body()));
    await settle();
    await send('short', '/caliper', envelope([event()]));
    await send('statement', '/xapi/statements', [statement()]);
    expect(answered.slice(-2)).toEqual(['short 200', 'statement 200']);
    expect(asked()).toBe(1);
    give();
    await Promise.all(sent);
    expect(answered).toHaveLength(6);
    expect(answered.at(-1)).toBe('fourth 200');
    await log.close();
  });
});
