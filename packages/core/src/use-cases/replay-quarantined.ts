import { createInvalidQueryError, createStoreTimeoutError, type QueryProblem } from '../errors.ts';
import type { Event, EventId } from '../event/event.ts';
import { type EventLimits, parseNewEvent } from '../event/parse-event.ts';
import { parseExactJson } from '../event/parse-json-text.ts';
import { isQuarantineType, QUARANTINE_PREFIX } from '../event/quarantine-prefix.ts';
import { haveSameContent } from '../event/same-content.ts';
import type { EventFilter } from '../query/event-filter.ts';
import { type FilterQuery, parseFilteredQuery } from '../query/filter-query.ts';
import type { RetentionRule } from '../retention/retention-rule.ts';
import { throwIfAborted } from '../runtime/abort.ts';
import {
  type DeriveId,
  type QuarantineRecord,
  readQuarantineRecord,
  replayedIdOf,
} from '../schema/quarantine-record.ts';
import type { SchemaOptions } from '../schema/schema-check.ts';
import type { EventStorePort, StoreReadOptions } from '../store/event-store-port.ts';
import { findExpiry } from './find-expiry.ts';
import { MAX_DELETED_PORTION, readPortions } from './read-portions.ts';

export interface ReplayDependencies {
  readonly store: EventStorePort;
  readonly limits: EventLimits;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly retention: readonly RetentionRule[];
  readonly schemas?: SchemaOptions | undefined;
  readonly deriveId: DeriveId;
}

/** Options of a replay. The signal ends it between two steps: an event that is stored has its record deleted first. */
export interface ReplayOptions extends StoreReadOptions {
  /** If true, only counts what would happen. Default: false. */
  readonly dryRun?: boolean | undefined;
  /**
   * Reads what a record holds. Returns the input to submit, or throws if it still cannot be read. Default: the JSON, or the
   * text as JSON.
   */
  readonly read?: ((record: QuarantineRecord) => unknown) | undefined;
}

/** The result of a replay. */
export interface ReplayResult {
  /** Number of events that were stored and are no longer quarantined, or would be. */
  readonly replayed: number;
  /** Number of events that stay in quarantine: they are still invalid, or their id belongs to another event. */
  readonly stillInvalid: number;
}

/** Greatest duration of a call. Replaying many events requires several calls. */
const MAX_DURATION_MS = 60_000;

/**
 * Submits the events that matching quarantine records hold, and deletes each record after its event is stored, in small steps. A
 * replay that fails or is interrupted can be repeated: an event whose record was not deleted is then a duplicate, and the
 * repeated replay deletes the record. Concurrent replays store and count each event once.
 *
 * @throws InvalidQueryError if the query selects other types than quarantined ones, StoreTimeoutError after a minute, the reason
 * of the signal, or the store's errors
 */
export async function replayQuarantined(
  dependencies: ReplayDependencies,
  query: FilterQuery,
  { dryRun = false, read = readHeld, ...options }: ReplayOptions = {},
): Promise<ReplayResult> {
  const { store, clock } = dependencies;
  const request = { filter: quarantineFilterOf(query), order: 'asc', limit: Infinity } as const;
  const expiresAt = clock() + MAX_DURATION_MS;
  let replayed = 0;
  let stillInvalid = 0;
  const portions = readPortions(store, request, { ...options, maxPortion: MAX_DELETED_PORTION });
  for await (const { events: records } of portions) {
    if (clock() >= expiresAt)
      throw createStoreTimeoutError(`${replayed} events are replayed so far; repeat the call to replay the rest`);
    const candidates: Candidate[] = [];
    for (const record of records) {
      throwIfAborted(options.signal); // a check can be slow
      const event = await readEvent(dependencies, record, read);
      if (event) candidates.push({ record, event });
    }
    const stored = await (dryRun ? findStorable : storeEvents)(store, candidates);
    stillInvalid += records.length - stored.length;
    replayed += dryRun || stored.length === 0 ? stored.length : await store.delete(stored);
  }
  return { replayed, stillInvalid };
}

/** A record, and the event that it holds. */
interface Candidate {
  readonly record: Event;
  readonly event: Event;
}

/** Stores each event separately, and returns the ids of the records whose events are now stored. */
async function storeEvents(store: EventStorePort, candidates: readonly Candidate[]): Promise<readonly EventId[]> {
  if (candidates.length === 0) return [];
  const outcomes = await store.append(candidates.map(({ event }) => [event]));
  return candidates.flatMap(({ record }, index) => {
    const outcome = outcomes[index];
    return outcome && 'results' in outcome ? [record.id] : [];
  });
}

/** Returns the ids of the records whose events could be stored. */
async function findStorable(store: EventStorePort, candidates: readonly Candidate[]): Promise<readonly EventId[]> {
  const found: EventId[] = [];
  for (const { record, event } of candidates) {
    const stored = await store.get(event.id);
    if (!stored || haveSameContent(stored, event)) found.push(record.id);
  }
  return found;
}

/** Returns the event that a record holds, if it is valid now. */
async function readEvent(
  { limits, clock, retention, schemas, deriveId }: ReplayDependencies,
  record: Event,
  read: NonNullable<ReplayOptions['read']>,
): Promise<Event | undefined> {
  const held = readQuarantineRecord(record, deriveId);
  const parsed = held && parseNewEvent(tryReading(held, read), limits);
  if (!parsed || !('event' in parsed)) return undefined;
  const { id = replayedIdOf(record), event_type, timestamp, payload } = parsed.event;
  const event = Object.freeze({ id, event_type, timestamp, payload });
  if (findExpiry(event, retention, clock())) return undefined;
  const violation = await schemas?.check(event_type, payload);
  return violation && violation.mode !== 'warn' ? undefined : event;
}

function tryReading(record: QuarantineRecord, read: NonNullable<ReplayOptions['read']>): unknown {
  try {
    return read(record);
  } catch {
    return undefined; // which is not a valid event
  }
}

function readHeld({ held }: QuarantineRecord): unknown {
  return 'event' in held ? held.event : parseExactJson(held.text);
}

/** @throws InvalidQueryError if the query selects other types than quarantined ones */
function quarantineFilterOf(query: FilterQuery): EventFilter {
  const { filter } = parseFilteredQuery({}, { ...query });
  const { event_type, event_type_prefix } = filter;
  const problems = [
    ...findOtherTypes('event_type', event_type),
    ...findOtherTypes('event_type[prefix]', event_type_prefix),
  ];
  if (problems.length > 0) throw createInvalidQueryError(problems);
  const selectsTypes = event_type !== undefined || event_type_prefix !== undefined;
  return selectsTypes ? filter : { ...filter, event_type_prefix: [QUARANTINE_PREFIX] };
}

function findOtherTypes(parameter: string, types: readonly string[] = []): readonly QueryProblem[] {
  if (types.every(isQuarantineType)) return [];
  const detail = `only quarantined events are replayed: expected types that begin with ${QUARANTINE_PREFIX}`;
  return [{ parameter, code: `invalid_${parameter.replace('[prefix]', '')}`, detail }];
}
