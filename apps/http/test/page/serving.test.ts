import { describe, expect, test } from 'vitest';
import { call, get } from '../support/client.ts';
import { KEY } from '../support/keys.ts';
import { expectProblem } from '../support/problem.ts';
import { useServer } from '../support/use-server.ts';

const HTML = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

describe('the web page', () => {
  const server = useServer({ env: { BASE_PATH: '/tracker', API_KEYS: KEY.read.line } });

  test('is returned to browsers at the root, without a key, under a strict policy', async () => {
    const { status, headers, text } = await get(`${server.url}/`, HTML);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self'; .*trusted-types 'none'$/,
    );
    expect(headers.get('vary')).toBe('Accept, Accept-Encoding');
    expect(text).toMatch(/^<!doctype html>/);
  });

  test('refers to files that never change, which are compressed', async () => {
    const { text } = await get(`${server.url}/`, HTML);
    const files = [...text.matchAll(/(?:src|href)="(page\/[^"]+)"/g)].map(([, file]) => file);
    expect(files).toHaveLength(3);
    for (const file of files) {
      const { status, headers } = await get(`${server.url}/${file}`, { 'Accept-Encoding': 'gzip' });
      expect(status).toBe(200);
      expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(headers.get('content-encoding')).toBe('gzip');
    }
    expectProblem(await get(`${server.url}/page/none.js`), 404, 'not_found', '/tracker');
  });

  test('is current in the cache of a browser until the page changes', async () => {
    const { headers } = await get(`${server.url}/`, HTML);
    const again = await get(`${server.url}/`, { ...HTML, 'If-None-Match': headers.get('etag') ?? '' });
    expect(again.status).toBe(304);
  });

  test('leaves other clients to the description of the API', async () => {
    const { status, headers } = await get(`${server.url}/`);
    expect([status, headers.get('location')]).toEqual([307, '/tracker/docs']);
    expectProblem(await call('POST', `${server.url}/`), 405, 'method_not_allowed', '/tracker');
  });
});

describe('a server without the web page', () => {
  const server = useServer({ env: { WEB_PAGE: 'off' } });

  test('redirects browsers to the description of the API', async () => {
    const { status, headers } = await get(`${server.url}/`, HTML);
    expect([status, headers.get('location')]).toEqual([307, '/docs']);
  });
});
