import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import type { TestResponse } from '../support/client.ts';
import type { DescribedResponse, OpenApiDocument } from './open-api-document.ts';

/** Header fields of HTTP itself, which the document does not have. */
const TRANSPORT = ['connection', 'content-length', 'content-type', 'date', 'keep-alive', 'transfer-encoding'];

/** Checks responses against a document. */
export interface Contract {
  /** Returns the errors of a value against the schema at a place in the document. */
  problemsOf(value: unknown, ...place: readonly string[]): readonly unknown[];
  /** Expects a response to match the description at a place in the document. */
  expectDescribed(response: TestResponse, label: string, ...place: readonly string[]): void;
}

export function createContract(document: OpenApiDocument): Contract {
  // Formats are not checked: other tests check them.
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(document, 'document');

  function problemsOf(value: unknown, ...place: readonly string[]): readonly unknown[] {
    const validate = ajv.getSchema(`document#${pointerOf(place)}`);
    if (!validate) throw new Error(`no schema at ${place.join(' ')}`);
    return validate(value) ? [] : (validate.errors ?? ['refused']);
  }

  return {
    problemsOf,
    expectDescribed: (response, label, ...place) => {
      const described = lookUp(document, place) as DescribedResponse | undefined;
      expect(described, `${label} is described`).toBeDefined();
      if (!described) return;
      expectHeaders(response, described, document, label);
      if (response.text === '') return;
      const mediaType = response.headers.get('content-type')?.split(';')[0] ?? '';
      expect(Object.keys(described.content ?? {}), label).toContain(mediaType);
      const body: unknown =
        /json$/.test(mediaType) && mediaType !== 'application/x-ndjson' ? JSON.parse(response.text) : response.text;
      expect(
        problemsOf(body, ...place, 'content', mediaType, 'schema'),
        `${label}: ${response.text.slice(0, 300)}`,
      ).toEqual([]);
    },
  };
}

/** Returns the names of the header fields of a response, without those of HTTP itself. */
export function fieldsOf({ headers }: TestResponse): readonly string[] {
  return [...headers.keys()].filter((name) => !TRANSPORT.includes(name));
}

function expectHeaders(
  response: TestResponse,
  { headers }: DescribedResponse,
  { components }: OpenApiDocument,
  label: string,
): void {
  const described = Object.keys(headers).map((name) => name.toLowerCase());
  expect(described, label).toEqual(expect.arrayContaining([...fieldsOf(response)]));
  const required = Object.keys(headers).filter((name) => components.headers[name]?.required);
  expect(
    required.filter((name) => !response.headers.has(name)),
    `${label}: required header fields`,
  ).toEqual([]);
}

function lookUp(value: unknown, place: readonly string[]): unknown {
  return place.reduce((found, key) => (found as Record<string, unknown> | undefined)?.[key], value);
}

/** Returns a JSON Pointer as a URI fragment (RFC 6901). */
function pointerOf(place: readonly string[]): string {
  return place.map((key) => `/${encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');
}
