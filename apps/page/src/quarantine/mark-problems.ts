import type { JsonValue } from '@event-tracker/core';
import { pointerStep, stepsOfPointer } from '@event-tracker/core/schemas';
import type { Marks } from '../event/marks.ts';
import type { RecordProblem } from '../table/problems.ts';

/** Returns the pointer of a value if it exists, otherwise that of the nearest value which would contain it. */
export function existingPointer(value: JsonValue, pointer: string): string {
  let found = '';
  let current: JsonValue | undefined = value;
  for (const step of stepsOfPointer(pointer)) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) break;
    current = (current as Readonly<Record<string, JsonValue>>)[step];
    found += pointerStep(step);
  }
  return found;
}

/** Returns the marks of the problems of a value. A problem of what does not exist names it. */
export function markProblems(value: JsonValue, problems: readonly RecordProblem[]): Marks {
  const marks = new Map<string, string[]>();
  for (const { pointer, detail } of problems) {
    const place = existingPointer(value, pointer);
    const missing = pointer.slice(place.length);
    const texts = marks.get(place) ?? [];
    marks.set(place, [...texts, missing === '' ? detail : `${missing.slice(1)}: ${detail}`]);
  }
  return marks;
}
