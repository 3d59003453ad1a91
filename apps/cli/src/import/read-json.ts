import { parseExactJson } from '@event-tracker/core/schemas';
import { createInputError } from '../command-line/input-error.ts';
import type { Item } from './item.ts';

/** Reads lines of JSON. Blank lines do not count. */
export async function* readNdjson(texts: AsyncIterable<string>): AsyncGenerator<Item, void, void> {
  let number = 0;
  for await (const line of readLines(texts)) {
    number++;
    const text = line.trim();
    if (text !== '') yield { place: `line ${number}`, text, read: readValue(text) };
  }
}

async function* readLines(texts: AsyncIterable<string>): AsyncGenerator<string, void, void> {
  let pieces: string[] = [];
  for await (const text of texts) {
    const [end = '', ...more] = text.split('\n');
    pieces.push(end); // joined once, because a long line can have many pieces
    for (const next of more) {
      yield pieces.join('');
      pieces = [next];
    }
  }
  yield pieces.join('');
}

function readValue(text: string): Item['read'] {
  try {
    return { value: parseExactJson(text) };
  } catch (error) {
    return { problem: `not JSON: ${error instanceof Error ? error.message : error}` };
  }
}

/** Reads a document that is an array of events, or one event. Holds it in memory. @throws InputError if it is not JSON */
export async function* readJson(texts: AsyncIterable<string>): AsyncGenerator<Item, void, void> {
  let document = '';
  for await (const text of texts) document += text;
  const read = readValue(document);
  if ('problem' in read) throw createInputError(read.problem);
  const values: readonly unknown[] = Array.isArray(read.value) ? read.value : [read.value];
  for (const [index, value] of values.entries())
    yield { place: `element ${index + 1}`, text: JSON.stringify(value), read: { value } };
}
