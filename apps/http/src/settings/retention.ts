import type { RetentionRule } from '@event-tracker/core';
import * as v from 'valibot';

/** The days between the first and the last possible instant of an event. More days have no effect. */
export const MAX_RETENTION_DAYS = 132_313;

const EXPECTED = `expected TYPE:DAYS with commas between, e.g. debug:7,audit.*:3650; 1 to ${MAX_RETENTION_DAYS} days`;

/** `debug:7,audit.*:3650`: types, each with the days that its events are kept. `*` at the end matches every type with that prefix. */
export const RetentionByTypeSchema = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }): RetentionRule[] => {
    const rules = dataset.value.split(',').map(parseRule);
    if (rules.every((rule) => rule !== undefined)) return rules;
    addIssue({ message: EXPECTED });
    return NEVER;
  }),
);

function parseRule(text: string): RetentionRule | undefined {
  // The last colon, because a type can contain colons.
  const [, type = '', star, digits] = /^(.*?)(\*?):(\d{1,6})$/s.exec(text.trim()) ?? [];
  const days = Number(digits);
  if (!(days >= 1 && days <= MAX_RETENTION_DAYS) || (type === '' && star === '')) return undefined;
  return star === '*' ? { event_type_prefix: [type], days } : { event_type: [type], days };
}
