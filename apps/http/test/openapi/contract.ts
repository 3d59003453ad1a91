import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import type { Answer } from '../support/client.ts';
import type { DescribedResponse, OpenApiDocument } from './open-api-document.ts';

/** Header fields that are HTTP's own: they are not described. */
const TRANSPORT = ['connection', 'content-length', 'content-type', 'date', 'keep-alive', 'transfer-encoding'];

/** Holds answers to a document. */
export interface Contract {
  /** The problems of a value with the schema at a place in the document. */
  problemsOf(value: unknown, ...place: readonly string[]): readonly unknown[];
  /** Expects an answer to be what is described at a place in the document. */
  expectDescribed(answer: Answer, label: string, ...place: readonly string[]): void;
}

export function createContract(document: OpenApiDocument): Contract {
  // Formats are for people here: that a UUID is one is tested elsewhere.
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(document, 'document');

  function problemsOf(value: unknown, ...place: readonly string[]): readonly unknown[] {
    const validate = ajv.getSchema(`document#${pointerOf(place)}`);
    if (!validate) throw new Error(`no schema at ${place.join(' ')}`);
    return validate(value) ? [] : (validate.errors ?? ['refused']);
  }

  return {
    problemsOf,
    expectDescribed: (answer, label, ...place) => {
      const response = lookUp(document, place) as DescribedResponse | undefined;
      expect(response, `${label} is described`).toBeDefined();
      if (!response) return;
      expectHeaders(answer, response, document, label);
      if (answer.text === '') return;
      const mediaType = answer.headers.get('content-type')?.split(';')[0] ?? '';
      expect(Object.keys(response.content ?? {}), label).toContain(mediaType);
      const body: unknown =
        /json$/.test(mediaType) && mediaType !== 'application/x-ndjson' ? JSON.parse(answer.text) : answer.text;
      expect(
        problemsOf(body, ...place, 'content', mediaType, 'schema'),
        `${label}: ${answer.text.slice(0, 300)}`,
      ).toEqual([]);
    },
  };
}

/** The names of the fields of an answer, those aside that are HTTP's own. */
export function fieldsOf({ headers }: Answer): readonly string[] {
  return [...headers.keys()].filter((name) => !TRANSPORT.includes(name));
}

function expectHeaders(
  answer: Answer,
  { headers }: DescribedResponse,
  { components }: OpenApiDocument,
  label: string,
): void {
  const described = Object.keys(headers).map((name) => name.toLowerCase());
  expect(described, label).toEqual(expect.arrayContaining([...fieldsOf(answer)]));
  const required = Object.keys(headers).filter((name) => components.headers[name]?.required);
  expect(
    required.filter((name) => !answer.headers.has(name)),
    `${label}: required header fields`,
  ).toEqual([]);
}

function lookUp(value: unknown, place: readonly string[]): unknown {
  return place.reduce((found, key) => (found as Record<string, unknown> | undefined)?.[key], value);
}

/** A JSON Pointer as a URI fragment (RFC 6901). */
function pointerOf(place: readonly string[]): string {
  return place.map((key) => `/${encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');
}
