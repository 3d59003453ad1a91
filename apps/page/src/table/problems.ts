import type { Event, JsonValue } from '@event-tracker/core';

/** One problem of an event, as its quarantine record or the server reports it. */
export interface RecordProblem {
  /** Place in the event: a JSON Pointer (RFC 6901). */
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
  /** The keyword of a schema, and the file with it. */
  readonly keyword?: string | undefined;
  readonly schema?: string | undefined;
}

/** Returns the problems in a quarantine record; none of an event that was stored before its type was reserved. */
export function problemsOf({ payload: { problems } }: Event): readonly RecordProblem[] {
  return Array.isArray(problems) ? problems.map(readProblem) : [];
}

function readProblem(value: JsonValue): RecordProblem {
  const members = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  const text = (name: string): string | undefined => {
    const member = (members as Readonly<Record<string, JsonValue>>)[name];
    return typeof member === 'string' ? member : undefined;
  };
  return {
    pointer: text('pointer') ?? '',
    code: text('code') ?? '',
    detail: text('detail') ?? '',
    keyword: text('keyword'),
    schema: text('schema'),
  };
}

/** Returns a problem as one line. */
export function describeProblem({ pointer, detail }: RecordProblem): string {
  return pointer === '' ? detail : `${pointer}: ${detail}`;
}
