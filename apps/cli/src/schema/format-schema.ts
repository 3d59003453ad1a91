import type { JsonValue } from '@event-tracker/core';

/** Greatest length of a list on one line. */
const MAX_LENGTH = 80;

/** Returns a schema as text for a file. Short lists are on one line, unlike those of `JSON.stringify`. */
export function formatSchema(value: JsonValue, indent = ''): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const isList = Array.isArray(value);
  const parts = Object.entries(value).map(([name, member]) => {
    const text = formatSchema(member, inner);
    return isList ? text : `${JSON.stringify(name)}: ${text}`;
  });
  const line = `[${parts.join(', ')}]`;
  if (isList && line.length <= MAX_LENGTH && !line.includes('\n')) return line;
  const [begin, end] = isList ? '[]' : '{}';
  return `${begin}\n${parts.map((part) => inner + part).join(',\n')}\n${indent}${end}`;
}
