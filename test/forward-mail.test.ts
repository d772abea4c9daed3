import { describe, expect, it } from 'vitest';
import { replaceMail } from '../src/forward/mail.ts';

const marked = (text: string) => replaceMail(text, (address) => `<${address}>`);

describe('an address of mail in a text', () => {
  it.each([
    ['ada@example.edu', '<ada@example.edu>'],
    ['to MailTo:ada@example.edu, now', 'to <MailTo:ada@example.edu>, now'],
    ['https://x.example/?u=ada%40example.edu&v=1', 'https://x.example/?u=<ada%40example.edu>&v=1'],
    ['one@a.example_two@b.example', '<one@a.example><_two@b.example>'],
    [`${'a'.repeat(70)}@b.example`, `<${'a'.repeat(70)}@b.example>`],
    ['@nobody and somebody@ and a:@b', '@nobody and somebody@ and a:@b'],
  ])('is found in %s', (text, expected) => {
    expect(marked(text)).toBe(expected);
  });

  it('is looked for in linear time, also where half of one stands everywhere', () => {
    const texts = ['a@', '%I', '%40', 'mailto:', 'a%40!'].map((part) => part.repeat(500_000));
    const started = performance.now();
    for (const text of texts) expect(marked(text).length).toBeGreaterThan(text.length - 1);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
