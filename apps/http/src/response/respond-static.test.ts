import { Hono } from 'hono';
import { expect, test } from 'vitest';
import type { AppEnv } from '../request/app-env.ts';
import { respondStatic } from './respond-static.ts';

test('creates a text on the first request, again after a failure, and then once', async () => {
  let made = 0;
  const app = new Hono<AppEnv>();
  app.onError((error) => new Response(error.message, { status: 500 }));
  app.use((c, next) => {
    c.set('headers', {});
    return next();
  });
  app.get(
    '/',
    respondStatic('text/plain', () => {
      if (made++ === 0) throw new Error('too many open files');
      return 'the text';
    }),
  );
  const bodies: string[] = [];
  for (let i = 0; i < 3; i++) bodies.push(await (await app.request('/')).text());
  expect(bodies).toEqual(['too many open files', 'the text', 'the text']);
  expect(made).toBe(2);
});
