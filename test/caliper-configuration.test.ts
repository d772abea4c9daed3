import { expect, it } from 'vitest';
import { appInMemory, ENVIRONMENT } from './support/app.ts';

const authorization = `Bearer ${ENVIRONMENT.CROSSWALK_TOKEN}`;

it('the configuration of the Caliper endpoint is kept by its entity tag, and only for who may see it', async () => {
  const { app, log } = await appInMemory({ cors: { origins: ['https://lms.example.edu'] } });
  const headers = { authorization, origin: 'https://lms.example.edu' };
  const first = await app.request('/caliper', { headers });
  const tag = first.headers.get('etag') ?? '';
  expect([first.status, tag]).toEqual([200, expect.stringMatching(/^(W\/)?".+"$/)]);
  expect(first.headers.get('cache-control')).toMatch(/^private, max-age=\d+$/);
  expect(first.headers.get('vary')?.toLowerCase()).toContain('authorization');

  const again = await app.request('/caliper', {
    headers: { ...headers, 'if-none-match': `"other", ${tag}` },
  });
  expect([again.status, await again.text()]).toEqual([304, '']);
  expect(again.headers.get('access-control-allow-origin')).toBe('https://lms.example.edu');
  expect(
    (await app.request('/caliper', { headers: { ...headers, 'if-none-match': '"other"' } })).status,
  ).toBe(200);
  expect((await app.request('/caliper', { headers: { 'if-none-match': tag } })).status).toBe(401);
  await log.close();
});
