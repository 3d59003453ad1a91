import { randomUUID } from 'node:crypto';
import type { Access } from '@event-tracker/http-contract';
import { SCOPES } from '@event-tracker/http-contract';
import { describe, expect, test } from 'vitest';
import { call, get, post, type TestResponse } from '../support/client.ts';
import { exchange } from '../support/connection.ts';
import { newEvent } from '../support/events.ts';
import { basic, bearer, KEY, makeKey } from '../support/keys.ts';
import { expectProblem } from '../support/problem.ts';
import { startInProcess } from '../support/start-in-process.ts';
import { useServer } from '../support/use-server.ts';
import { parseResponses } from '../support/wire.ts';

const API_KEYS = SCOPES.map((scope) => KEY[scope].line).join('; ');
const CHALLENGE = 'Basic realm="Event Tracker", Bearer realm="Event Tracker"';

const server = useServer({ env: { API_KEYS, BASE_PATH: '/tracker' } });

/** Sends a valid call with any key. `ID` stands for an id without an event. */
function send(method: string, path: string, headers: Record<string, string> = {}): Promise<TestResponse> {
  const url = server.url + path.replace('ID', randomUUID());
  return method === 'POST' ? post(url, JSON.stringify(newEvent('access')), headers) : call(method, url, { headers });
}

function expectUnauthorized(response: TestResponse): void {
  expectProblem(response, 401, 'unauthorized', '/tracker');
  expect(response.headers.get('www-authenticate')).toBe(CHALLENGE);
}

function expectForbidden(response: TestResponse, detail: string): void {
  expect(expectProblem(response, 403, 'forbidden', '/tracker').detail).toBe(detail);
}

describe('with keys', () => {
  test.each<[string, string, Access]>([
    ['POST', '/events', 'write'],
    ['GET', '/events', 'read'],
    ['GET', '/events?limit=1', 'read'],
    ['GET', '/events/ID', 'read'],
    ['GET', '/stats', 'read'],
    ['GET', '/event-types', 'read'],
    ['GET', '/openapi.json', 'read'],
    ['GET', '/docs', 'read'],
    ['GET', '/docs/page.js', 'read'],
    ['GET', '/metrics', 'admin'],
    ['DELETE', '/events/ID', 'admin'],
    ['DELETE', '/events?event_type=none', 'admin'],
    ['GET', '/livez', 'open'],
    ['GET', '/readyz', 'open'],
    ['GET', '/problems/unauthorized', 'open'],
    ['GET', '/nothing', 'any key'],
    ['GET', '/', 'open'],
    ['PUT', '/events', 'any key'],
    ['OPTIONS', '/stats', 'any key'],
    ['POST', '/events/ID', 'any key'],
    ['POST', '/livez', 'open'],
  ])('%s %s requires: %s', async (method, path, access) => {
    const isAllowed = expect.toSatisfy((status: number) => status !== 401 && status !== 403);
    const anonymous = await send(method, path);
    if (access === 'open') expect(anonymous.status).toEqual(isAllowed);
    else expectUnauthorized(anonymous);
    for (const scope of SCOPES) {
      const response = await send(method, path, bearer(KEY[scope]));
      const isEnough = access === 'open' || access === 'any key' || scope === access || scope === 'admin';
      if (isEnough) expect(response.status, scope).toEqual(isAllowed);
      else
        expectForbidden(
          response,
          `the key ${scope === 'read' ? 'reader' : 'writer'} does not have the scope ${access}`,
        );
      expect(await send(method, path, basic(KEY[scope]))).toMatchObject({ status: response.status });
    }
  });

  test('HEAD requires the same scope as GET, and its responses have no body', async () => {
    for (const path of ['/events', '/events/ID', '/stats', '/docs', '/livez', '/nothing']) {
      for (const fields of [{}, bearer(KEY.write), bearer(KEY.read)]) {
        const [head, whole] = [await send('HEAD', path, fields), await send('GET', path, fields)];
        expect([head.status, head.text], path).toEqual([whole.status, '']);
        expect(head.headers.get('www-authenticate')).toBe(whole.headers.get('www-authenticate'));
      }
    }
  });

  test('unknown paths and methods are reported only with a key', async () => {
    expectProblem(await send('GET', '/nothing', bearer(KEY.read)), 404, 'not_found', '/tracker');
    const wrongMethod = await send('PUT', '/events', bearer(KEY.read));
    expectProblem(wrongMethod, 405, 'method_not_allowed', '/tracker');
    expect(wrongMethod.headers.get('allow')).toBe('DELETE, GET, HEAD, POST');
    const { origin } = new URL(server.url);
    expectUnauthorized(await get(`${origin}/events`));
    expectProblem(await get(`${origin}/events`, bearer(KEY.read)), 404, 'not_found', '/tracker');
  });

  test('a request without a key does not reveal other problems', async () => {
    expectUnauthorized(await send('GET', '/events?unknown=1'));
    expectUnauthorized(await send('GET', '/events/no-uuid'));
    expectUnauthorized(await call('POST', `${server.url}/events`, { body: '{' }));
    expectForbidden(
      await send('GET', '/events?unknown=1', bearer(KEY.write)),
      'the key writer does not have the scope read',
    );
  });
});

test('a key that is missing, wrong or malformed is 401 and never anything else', async () => {
  const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');
  const { secret } = KEY.read;
  const refused: Record<string, string> = {
    empty: '',
    'no scheme': secret,
    'another scheme': `Digest ${secret}`,
    'no key': 'Bearer',
    'a wrong key': 'Bearer etk_wrong',
    'the beginning of a key': `Bearer ${secret.slice(0, -1)}`,
    'a key and more': `Bearer ${secret}x`,
    'a key in upper case': `Bearer ${secret.toUpperCase()}`,
    'two keys': `Bearer ${secret} ${secret}`,
    'a list': `Bearer ${secret}, Bearer ${secret}`,
    'the hash of a key': `Bearer ${KEY.read.line.split(' ').at(-1)}`,
    'a key of 10 KB': `Bearer ${'x'.repeat(10_000)}`,
    'a key of 10 KB in Basic': `Basic ${base64(`${'x'.repeat(7_000)}:`)}`,
    'Latin-1': 'Bearer \xe9\xff',
    'UTF-8': 'Bearer \xc3\xa9\xe2\x82\xac',
    'a tab': `Bearer\t${secret}`,
    'Basic without credentials': 'Basic',
    'Basic that is no Base64': 'Basic %%%%',
    'Basic without a colon': `Basic ${base64(secret)}`,
    'Basic without a user name': `Basic ${base64(':')}`,
    'the key as password': `Basic ${base64(`user:${secret}`)}`,
    'Basic with control characters': `Basic ${base64('\x00\r\n:')}`,
    'Basic that is not UTF-8': `Basic ${base64('\xff\xfe:')}`,
  };
  for (const [label, authorization] of Object.entries(refused)) {
    const request = `GET /tracker/events HTTP/1.1\r\nHost: a\r\nAuthorization: ${authorization}\r\nConnection: close\r\n\r\n`;
    const [response, ...others] = parseResponses(await exchange(server.url, Buffer.from(request, 'latin1')));
    expect([label, response?.status, others]).toEqual([label, 401, []]);
    expect(response?.fields.get('www-authenticate'), label).toBe(CHALLENGE);
    expect(JSON.parse(response?.body ?? ''), label).toMatchObject({ code: 'unauthorized', status: 401 });
  }
});

test('a key can have several scopes, and the password of Basic is ignored', async () => {
  const both = makeKey('both', 'read,write');
  const other = await startInProcess({ env: { API_KEYS: both.line } });
  expect((await post(`${other.url}/events`, JSON.stringify(newEvent('both')), basic(both, 'any: thing'))).status).toBe(
    201,
  );
  expect((await get(`${other.url}/events`, basic(both))).status).toBe(200);
  await other.stop();
});

test('requests without a valid key are counted before they are refused', async () => {
  const limited = await startInProcess({ env: { API_KEYS, RATE_LIMIT: '3/1h' } });
  for (const fields of [{}, { Authorization: 'Bearer etk_wrong' }, { Authorization: 'Basic x' }]) {
    const response = await get(`${limited.url}/events`, fields);
    expectProblem(response, 401, 'unauthorized');
    expect(response.headers.has('ratelimit')).toBe(true);
  }
  expectProblem(await get(`${limited.url}/events`), 429, 'rate_limited');
  await limited.stop();
});

test('keys appear neither in responses nor in the log', async () => {
  const told: string[] = [];
  const talkative = await startInProcess({ env: { API_KEYS } });
  for (const fields of [bearer(KEY.read), basic(KEY.read), bearer(KEY.write), { Authorization: 'Bearer etk_wrong' }]) {
    for (const path of ['/events', '/events/x', '/nothing', '/events?unknown=1', '/readyz', '/openapi.json']) {
      const { text, headers } = await get(talkative.url + path, fields);
      told.push(text, JSON.stringify([...headers]));
    }
    const raw = `GET /events HTTP/1.1\r\nHost: a b\r\nAuthorization: ${fields.Authorization}\r\n\r\n`;
    told.push(await exchange(talkative.url, raw), await exchange(talkative.url, raw.replace('Host:', 'Host :')));
  }
  const { stdout, stderr } = await talkative.stop();
  told.push(stdout, stderr);
  for (const { secret } of Object.values(KEY)) {
    expect(told.join()).not.toContain(secret);
    expect(told.join()).not.toContain(basic({ secret }).Authorization.slice('Basic '.length));
  }
  expect(told.join()).not.toContain('etk_wrong');
});
