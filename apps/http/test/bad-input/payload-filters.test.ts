import { beforeAll, describe, expect, test } from 'vitest';
import { get } from '../support/client.ts';
import { newEvent, postEvent } from '../support/events.ts';
import { expectProblem } from '../support/problem.ts';
import { useServer } from '../support/use-server.ts';

const server = useServer();
beforeAll(async () => {
  await postEvent(server.url, newEvent('there', { a: 'x' }));
});

/** Expects one problem, with its parameter and its detail. */
async function expectInvalid(query: string, parameter: string, detail: string): Promise<void> {
  const { errors } = expectProblem(await get(`${server.url}/events?${query}`), 400, 'invalid_query');
  expect(errors).toEqual([{ parameter, code: 'invalid_filter', detail }]);
}

describe('a path', () => {
  test.each([
    ['payload.', 'expected a name at character 8'],
    ['payload..a', 'expected a name at character 8'],
    ['payload.a.', 'expected a name at character 10'],
    ['payload.[gt]', 'expected a name at character 8'],
    ['payload."a', 'expected a name at character 8'],
    ['payload."\\x"', 'expected a name at character 8'],
    ['payload.a"b"', 'expected a dot, a bracket or the end at character 9'],
    ['payload.a]', 'expected a dot, a bracket or the end at character 9'],
    ['payload.a\0', 'expected text without U+0000 and lone surrogates at character 8'],
    ['payload."\\ud800"', 'expected text without U+0000 and lone surrogates at character 8'],
  ])('%j is refused with the position of the error', async (parameter, detail) => {
    await expectInvalid(`${encodeURIComponent(parameter)}=1`, parameter, detail);
  });

  test.each(['x'.repeat(10_000), 'x.'.repeat(5_000), `"${'x'.repeat(10_000)}"`, '%22'.repeat(3_000)])(
    'of 10 KB is refused with a short response (%#)',
    async (path) => {
      const problem = expectProblem(await get(`${server.url}/events?payload.${path}=1`), 400, 'invalid_query');
      expect(problem.errors?.[0]?.parameter?.length).toBeLessThanOrEqual(101);
      expect(JSON.stringify(problem).length).toBeLessThan(1_000);
    },
  );
});

describe('an operator', () => {
  test.each(['[like]', '[]', '[GT]', '[gt', '[gt]x', '[gt][lt]', '[constructor]', '[0]', `['; drop]`])(
    '%j is refused with the list of operators',
    async (operator) => {
      const detail =
        'expected one of the operators [ne], [gt], [gte], [lt], [lte], [in], [exists], [prefix], [contains], [icontains] at character 9';
      await expectInvalid(`payload.a${encodeURIComponent(operator)}=1`, `payload.a${operator}`, detail);
    },
  );
});

describe('a value', () => {
  test.each([
    ['payload.a', '"b', 'expected a JSON string at character 0 of the value'],
    ['payload.a', '"b"c', 'expected a JSON string at character 0 of the value'],
    ['payload.a[in]', 'b,"c', 'expected a JSON string at character 2 of the value'],
    ['payload.a[in]', '"b"c', 'expected a comma at character 3 of the value'],
    ['payload.a[exists]', 'maybe', 'expected true or false'],
    ['payload.a[exists]', '', 'expected true or false'],
    [
      'payload.a[gt]',
      '1e999',
      'expected a number that a double holds without change (17 digits, 1.8e308 at most), or a string in quotes',
    ],
    ['payload.a', 'x\0', 'expected text without U+0000 and lone surrogates at character 0 of the value'],
    ['payload.a[prefix]', '"\\ud800"', 'expected text without U+0000 and lone surrogates at character 0 of the value'],
  ])('of %s, %j, is refused with the position of the error', async (parameter, value, detail) => {
    await expectInvalid(`${encodeURIComponent(parameter)}=${encodeURIComponent(value)}`, parameter, detail);
  });

  test.each(['payload.a', 'payload.a[ne]', 'payload.a[in]', 'payload.a[contains]', 'payload.a[exists]'])(
    'of 10 KB is refused by %s and not repeated',
    async (parameter) => {
      const value = 'secret'.repeat(1_700);
      const response = await get(`${server.url}/events?${parameter}=${value}`);
      const { errors } = expectProblem(response, 400, 'invalid_query');
      const detail = 'expected a value of at most 1000 characters';
      expect(errors).toEqual([{ parameter, code: 'invalid_filter', detail }]);
      expect(response.text).not.toContain('secret');
    },
  );

  test.each(['%ff', '%', '%c3', '%ed%a0%80'])('that does not decode, %s, is refused', async (value) => {
    const { errors } = expectProblem(await get(`${server.url}/events?payload.a=${value}`), 400, 'invalid_query');
    expect(errors?.[0]).toMatchObject({ code: 'invalid_encoding' });
  });
});

describe('filters', () => {
  test('are all refused, each with its parameter', async () => {
    const query = 'payload.=1&payload.a[like]=1&payload.b=fine&payload.c[exists]=maybe&order=up';
    const { errors, error_count } = expectProblem(await get(`${server.url}/events?${query}`), 400, 'invalid_query');
    expect(errors?.map(({ parameter }) => parameter)).toEqual([
      'order',
      'payload.',
      'payload.a[like]',
      'payload.c[exists]',
    ]);
    expect(error_count).toBe(4);
  });

  test('of more than 20 conditions are refused', async () => {
    const query = Array.from({ length: 21 }, (_, index) => `payload.a${index}=1`).join('&');
    await expectInvalid(query, 'payload', 'expected at most 20 payload filters');
  });

  test('are refused with a short response if hundreds are invalid', async () => {
    const query = Array.from({ length: 400 }, (_, index) => `payload.${index}${'x'.repeat(20)}[=`).join('&');
    const { errors, error_count } = expectProblem(await get(`${server.url}/events?${query}`), 400, 'invalid_query');
    expect(error_count).toBe(400);
    expect(errors?.length).toBeLessThanOrEqual(20);
  });

  test.each(['payload=1', 'payload[gt]=1', 'payloads.a=1', 'Payload.a=1', 'event_type[suffix]=a', 'event_type[]=a'])(
    'are refused under the name %s',
    async (query) => {
      const { errors } = expectProblem(await get(`${server.url}/events?${query}`), 400, 'invalid_query');
      expect(errors?.[0]).toMatchObject({ code: 'unknown_parameter', detail: expect.stringContaining('payload.PATH') });
    },
  );

  test.each(['', 'x'.repeat(256), '%00', 'a%0A'])(
    'with a prefix that no type can have, %j, are refused',
    async (prefix) => {
      const response = await get(`${server.url}/events?event_type[prefix]=${prefix}`);
      const { errors } = expectProblem(response, 400, 'invalid_query');
      expect(errors).toEqual([
        {
          parameter: 'event_type[prefix]',
          code: 'invalid_event_type',
          detail: 'expected 1 to 255 characters, none of them a control character',
        },
      ]);
    },
  );

  test.each([
    ['', 'expected 1 to 1000 characters'],
    ['x'.repeat(1_001), 'expected 1 to 1000 characters'],
    ['%00', 'expected text without U+0000 and lone surrogates'],
  ])('by a text that no event can contain, %j, are refused', async (text, detail) => {
    for (const method of ['GET', 'DELETE']) {
      const response = await fetch(`${server.url}/events?q=${text}`, { method });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ errors: [{ parameter: 'q', code: 'invalid_q', detail }] });
    }
  });

  test('are refused by operations without filters', async () => {
    expectProblem(
      await get(`${server.url}/events/0d7e6f0a-5c1b-4d3e-9a8f-2b4c6d8e0f1a?payload.a=1`),
      400,
      'invalid_query',
    );
    expectProblem(await get(`${server.url}/livez?payload.a=1`), 400, 'invalid_query');
  });
});
