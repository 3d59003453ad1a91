import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { get, jsonOf } from '../support/client.ts';
import { NOON, postEvent } from '../support/events.ts';
import { serveApp } from '../support/serve-app.ts';
import { createContract } from './contract.ts';
import type { OpenApiDocument } from './open-api-document.ts';

const server = await serveApp();
afterAll(server.close);
const document = jsonOf<OpenApiDocument>(await get(`${server.url}/openapi.json`));
const contract = createContract(document);

describe('an event', () => {
  const valid = { event_type: 'login', timestamp: NOON, payload: {} };

  test.each<[string, unknown]>([
    ['as it should be', valid],
    ['with an id', { id: randomUUID(), ...valid }],
    ['with a type of 255 characters', { ...valid, event_type: 'x'.repeat(255) }],
    ['with a type of 255 characters beyond the basic plane', { ...valid, event_type: '😀'.repeat(255) }],
    ['with a type of 256 characters', { ...valid, event_type: 'x'.repeat(256) }],
    ['with an empty type', { ...valid, event_type: '' }],
    ['with a control character in its type', { ...valid, event_type: 'a\u0085b' }],
    ['with a number for a type', { ...valid, event_type: 1 }],
    ['of 1899', { ...valid, timestamp: '1899-06-01T00:00:00Z' }],
    ['of 1900', { ...valid, timestamp: '1900-01-01T00:00:00Z' }],
    ['of 2262', { ...valid, timestamp: '2262-01-01T00:00:00Z' }],
    ['of 2263', { ...valid, timestamp: '2263-01-01T00:00:00Z' }],
    ['of the year 1', { ...valid, timestamp: '0001-01-01T00:00:00Z' }],
    ['with a number for a timestamp', { ...valid, timestamp: 1 }],
    ['with null for an id', { ...valid, id: null }],
    ['with a list for a payload', { ...valid, payload: [] }],
    ['with null for a payload', { ...valid, payload: null }],
    ['with another member', { ...valid, user_id: 1 }],
    ['without a type', { timestamp: NOON, payload: {} }],
    ['without a timestamp', { event_type: 'login', payload: {} }],
    ['without a payload', { event_type: 'login', timestamp: NOON }],
    ['that is a list', []],
    ['that is a text', 'login'],
  ])('%s is accepted or refused as in the document', async (_, event) => {
    const isDescribed = contract.problemsOf(event, 'components', 'schemas', 'NewEvent').length === 0;
    const response = await postEvent(server.url, event);
    expect(response.status).toBe(isDescribed ? 201 : 400);
  });
});

test('every X-Request-Id is accepted, as in the document', async () => {
  const parameter = document.paths['/events']?.get?.parameters.find(({ name }) => name === 'X-Request-Id');
  expect(parameter?.schema.type).toBe('string');
  expect(parameter?.schema).not.toHaveProperty('pattern');
  for (const id of ['checkout-7f3a', 'two words', 'x'.repeat(200)])
    expect((await get(`${server.url}/events`, { 'X-Request-Id': id })).status, id).toBe(200);
});
