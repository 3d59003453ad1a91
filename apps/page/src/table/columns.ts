import type { Event, JsonValue } from '@event-tracker/core';
import { computed } from '@preact/signals';
import { parameterOf } from '../address/address.ts';
import { address, setPageParameter } from '../address/current.ts';
import { parsePath, valuesAt } from '../address/payload-path.ts';

const PAYLOAD = 'payload.';

/** Payload paths that are shown as columns. The URL has them as `columns` of CSV has. */
export const columns = computed<readonly string[]>(() => {
  const text = parameterOf(address.value, 'view.columns') ?? '';
  const paths = text.match(/(?:"(?:[^"\\]|\\.)*"|[^,])+/g) ?? [];
  return paths.map((path) => (path.startsWith(PAYLOAD) ? path.slice(PAYLOAD.length) : path));
});

export function setColumns(paths: readonly string[]): void {
  setPageParameter('view.columns', paths.length === 0 ? undefined : paths.map((path) => PAYLOAD + path).join(','));
}

/** Longest text of a cell, in characters: a row has one line. */
const MAX_CELL_LENGTH = 300;

/** Returns the text of a cell; none if the column, which can come from the URL, is not a path. */
export function cellText(event: Event, path: string): string {
  const names = parsePath(path);
  return names ? shorten(valuesAt(event.payload, names).map(toText).join(', ')) : '';
}

/** Returns the beginning of a payload. Large members are not written as text in full. */
export function payloadPreview({ payload }: Event): string {
  let text = '';
  for (const [name, value] of Object.entries(payload)) {
    text += `${text === '' ? '' : ', '}${name}: ${toText(value)}`;
    if (text.length > MAX_CELL_LENGTH) break;
  }
  return shorten(text);
}

function toText(value: JsonValue): string {
  if (typeof value === 'string') return value.slice(0, MAX_CELL_LENGTH);
  if (typeof value !== 'object' || value === null) return String(value);
  const size = Array.isArray(value) ? value.length : Object.keys(value).length;
  return size > 20
    ? Array.isArray(value)
      ? `[${size} elements]`
      : `{${size} members}`
    : shorten(JSON.stringify(value));
}

function shorten(text: string): string {
  return text.length <= MAX_CELL_LENGTH ? text : `${text.slice(0, MAX_CELL_LENGTH)}…`;
}
