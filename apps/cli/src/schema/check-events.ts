import type { EventTrackerClient } from '@event-tracker/client';
import type { FilterQuery } from '@event-tracker/core';
import { createFailureGroups, type FailureGroup } from './failure-groups.ts';
import type { OpenSchema } from './open-schema.ts';
import { readNewest } from './read-newest.ts';

export interface CheckOptions {
  readonly schema: OpenSchema;
  readonly filters: FilterQuery;
  /** Greatest number of events. Default: all */
  readonly limit: number | undefined;
  /** Receives the number of events that were checked since the last call. */
  readonly onProgress: (events: number) => void;
}

/** The events that match a schema and those that do not. */
export interface CheckReport extends Pick<OpenSchema, 'eventType' | 'file'> {
  /** Numbers of events. */
  readonly checked: number;
  readonly failing: number;
  readonly groups: readonly FailureGroup[];
  /** True if events failed at more places than there are groups. */
  readonly isCut: boolean;
}

/** Checks the events that a schema is for, the newest first. Holds none of them. */
export async function checkEvents(
  tracker: Pick<EventTrackerClient, 'queryPages'>,
  { schema: { eventType, file, check }, filters, limit, onProgress }: CheckOptions,
): Promise<CheckReport> {
  const failures = createFailureGroups();
  let checked = 0;
  let failing = 0;
  for await (const events of readNewest(tracker, { eventType, filters, limit })) {
    for (const event of events) {
      const violation = await check(event.event_type, event.payload);
      if (!violation) continue;
      failing++;
      failures.add(event, violation.problems);
    }
    checked += events.length;
    onProgress(events.length);
  }
  return { eventType, file, checked, failing, ...failures.result() };
}
