import type { Event } from '@event-tracker/core';
import { pointerStep, type SchemaProblem, stepsOfPointer } from '@event-tracker/core/schemas';

/** An event that does not match a schema, and where. */
interface Example {
  readonly id: string;
  readonly timestamp: string;
  /** The place in the event (JSON Pointer). */
  readonly pointer: string;
  readonly message: string;
}

/** The events that fail at the same place because of the same keyword. */
export interface FailureGroup {
  /** The place, with `*` for any index of an array. */
  readonly pointer: string;
  readonly keyword: string;
  /** Number of events. */
  failing: number;
  /** The first ones. */
  readonly examples: Example[];
}

/** Counts events that fail, by place and keyword. */
export interface FailureGroups {
  add(event: Event, problems: readonly SchemaProblem[]): void;
  /** Returns the groups, that of the most events first, and whether there were more than are counted. */
  result(): { readonly groups: readonly FailureGroup[]; readonly isCut: boolean };
}

const MAX_EXAMPLES = 3;
/** Greatest number of groups: members that must not be there can have any number of different names. */
export const MAX_GROUPS = 1_000;

export function createFailureGroups(): FailureGroups {
  const groups = new Map<string, FailureGroup>();
  let isCut = false;

  function find(pointer: string, keyword: string): FailureGroup | undefined {
    const key = `${pointer} ${keyword}`;
    const known = groups.get(key);
    if (known) return known;
    if (groups.size === MAX_GROUPS) {
      isCut = true;
      return undefined;
    }
    const group = { pointer, keyword, failing: 0, examples: [] };
    groups.set(key, group);
    return group;
  }

  return {
    add: (event, problems) => {
      const counted = new Set<FailureGroup>();
      for (const { pointer, keyword, detail } of problems) {
        const group = find(withoutIndexes(pointer, event), keyword);
        if (!group || counted.has(group)) continue;
        counted.add(group);
        group.failing++;
        if (group.examples.length < MAX_EXAMPLES)
          group.examples.push({ id: event.id, timestamp: event.timestamp, pointer, message: detail });
      }
    },
    result: () => {
      const byKey = [...groups].sort(([keyA, a], [keyB, b]) => b.failing - a.failing || (keyA < keyB ? -1 : 1));
      return { groups: byKey.map(([, group]) => group), isCut };
    },
  };
}

/** Returns a place with `*` for each index of an array. */
function withoutIndexes(pointer: string, { payload }: Event): string {
  let value: unknown = { payload };
  return stepsOfPointer(pointer)
    .map((step) => {
      const isIndex = Array.isArray(value);
      value = memberOf(value, step);
      return isIndex ? '/*' : pointerStep(step);
    })
    .join('');
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
