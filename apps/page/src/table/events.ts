import type { Event, EventQuery } from '@event-tracker/core';
import { computed, effect, signal } from '@preact/signals';
import { type Address, formatParameters } from '../address/address.ts';
import { address } from '../address/current.ts';
import { filtersAt, hasEnded } from '../address/time-range.ts';
import { describeError, type Failure } from '../server/describe-error.ts';
import { toFilterQuery } from '../server/filter-query.ts';
import { key } from '../server/key.ts';
import { createFollower, createTracker } from '../server/tracker.ts';
import { insertArrived } from './event-list.ts';

/** State of the connection that receives new events. */
export type LiveState = 'connecting' | 'live' | 'paused' | 'reconnecting' | 'off' | 'failed';

const PAGE_SIZE = 500;
/** Beyond this number of waiting events, the first page is read again in place of them. */
const MAX_WAITING = 5_000;
/** Arrived events are shown together, at most this often. */
const SHOW_EVERY_MS = 250;

/** Loaded events, the newest first. */
export const events = signal<readonly Event[]>([]);
export const isLoading = signal(false);
export const failure = signal<Failure | undefined>(undefined);
/** True if there are no older events to load. */
export const isComplete = signal(false);
/** Number of events that arrived while the list was paused. */
export const waitingCount = signal(0);
/** Increases whenever events have arrived. */
export const arrivals = signal(0);

const isPaused = signal(false);
/** Off if no new event can match. */
const connection = signal<'off' | 'connecting' | 'live' | 'reconnecting'>('off');

export const liveState = computed<LiveState>(() => {
  if (failure.value) return 'failed';
  return connection.value === 'live' && isPaused.value ? 'paused' : connection.value;
});

/** The filters of the list. The time at which a duration ends does not change them. */
const query = computed(() => formatParameters(filtersAt(address.value, 0)));

let session: Session | undefined;

effect(() => {
  query.value;
  key.value;
  reload();
});

/** Reads the list anew. */
export function reload(): void {
  session?.end();
  session = startSession(address.peek());
}

/** Takes an event that was deleted out of the list. */
export function deleteFromList(id: string): void {
  events.value = events.peek().filter((event) => event.id !== id);
}

export function loadOlder(): void {
  void session?.loadOlder();
}

/** Keeps arrived events waiting, so that the list stands still. */
export function pause(): void {
  isPaused.value = true;
}

/** Shows the events that waited, and those that arrive. */
export function resume(): void {
  isPaused.value = false;
  if (waitingCount.peek() > MAX_WAITING) reload();
  else session?.showWaiting();
}

/** The list for one address. */
interface Session {
  loadOlder(): Promise<void>;
  showWaiting(): void;
  end(): void;
}

function startSession(shown: Address): Session {
  const ended = new AbortController();
  const end = ended.signal;
  const tracker = createTracker();
  const filters = toFilterQuery(filtersAt(shown, Date.now()));
  let cursor: string | undefined;
  let waiting: Event[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  events.value = [];
  waitingCount.value = 0;
  isComplete.value = false;
  failure.value = undefined;
  isPaused.value = false; // a new list begins at its top
  const isFollowed = !hasEnded(shown, Date.now());
  connection.value = isFollowed ? 'connecting' : 'off';

  async function readPage(): Promise<void> {
    const page: EventQuery = { ...filters, order: 'desc', limit: PAGE_SIZE, cursor };
    const { events: older, next } = await tracker.queryPage(page, { signal: end });
    if (end.aborted) return;
    cursor = next;
    events.value = [...events.peek(), ...older];
    isComplete.value = next === undefined;
  }

  /** Runs a part of the session, and reports its failure unless the session has ended. */
  async function run(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!end.aborted) failure.value = describeError(error);
    }
  }

  async function load(): Promise<void> {
    isLoading.value = true;
    try {
      await readPage();
    } finally {
      if (!end.aborted) isLoading.value = false;
    }
  }

  function showWaiting(): void {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length === 0) return;
    events.value = insertArrived(events.peek(), waiting, isComplete.peek());
    waiting = [];
    waitingCount.value = 0;
    arrivals.value++;
  }

  function receive(event: Event): void {
    waitingCount.value++;
    if (waiting.length <= MAX_WAITING) waiting.push(event);
    if (isPaused.peek()) return;
    timer ??= setTimeout(showWaiting, SHOW_EVERY_MS);
  }

  async function follow(after: string): Promise<void> {
    const follower = createFollower((connected) => {
      if (!end.aborted) connection.value = connected ? 'live' : 'reconnecting';
    });
    for await (const { event } of follower.follow(filters, { after, signal: end })) {
      if (end.aborted) return;
      if (event) receive(event);
    }
  }

  void run(async () => {
    // The position comes first: what arrives later than the page is followed from there, and nothing is missed.
    const position = isFollowed
      ? (await tracker.queryPage({ ...filters, order: 'arrival', after: 'now', limit: 1 }, { signal: end })).next
      : undefined;
    await load();
    if (position !== undefined) await follow(position);
  });

  return {
    loadOlder: async () => {
      if (isLoading.peek() || isComplete.peek() || cursor === undefined) return;
      await run(load);
    },
    showWaiting,
    end: () => {
      clearTimeout(timer);
      isLoading.value = false;
      ended.abort(new DOMException('another list is shown', 'AbortError'));
    },
  };
}
