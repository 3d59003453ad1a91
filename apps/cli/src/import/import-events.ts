import type { EventTrackerClient } from '@event-tracker/client';
import { submitEach } from '../server/submit-each.ts';
import { createDerivedIds } from './derived-ids.ts';
import type { Item } from './item.ts';
import type { ReadTime } from './time-format.ts';

/** An item that was not stored, and why. */
export type Refused = Pick<Item, 'place' | 'text'> & { readonly problem: string };

export interface ImportOptions {
  readonly items: AsyncIterable<Item>;
  readonly readTime: ReadTime;
  /** The type of events that have none. */
  readonly eventType: string | undefined;
  /** Receives an item that is not stored. Throws to end the import; all items before it are stored then. */
  readonly onRefused: (refused: Refused) => void;
  /** Receives the number of events that were confirmed since the last call. */
  readonly onProgress: (events: number) => void;
}

/** Numbers of events. */
export interface ImportResult {
  stored: number;
  /** Stored by an earlier run. */
  duplicates: number;
  refused: number;
}

/** An item to send. */
interface Waiting extends Pick<Item, 'place' | 'text'> {
  readonly event: unknown;
}

const MAX_BATCH_EVENTS = 1_000;
/** Greatest length of the texts of a batch; one item alone can be longer. */
const MAX_BATCH_LENGTH = 1_000_000;

/**
 * Stores the items in their order, in batches. Each has an id, so a second import of the same file stores what the first one did
 * not.
 *
 * @throws what `onRefused` throws, or the error of a request that is refused as a whole
 */
export async function importEvents(
  tracker: Pick<EventTrackerClient, 'submitAll'>,
  { items, readTime, eventType, onRefused, onProgress }: ImportOptions,
): Promise<ImportResult> {
  const result: ImportResult = { stored: 0, duplicates: 0, refused: 0 };
  const deriveId = createDerivedIds();
  let batch: Waiting[] = [];
  let length = 0;

  function refuse(item: Pick<Item, 'place' | 'text'>, problem: string): void {
    result.refused++;
    onRefused({ place: item.place, text: item.text, problem });
  }

  async function flush(): Promise<void> {
    const part = batch;
    batch = [];
    length = 0;
    await submitEach<Waiting>(tracker, part, {
      confirmed: (stored, duplicates) => {
        result.stored += stored;
        result.duplicates += duplicates;
        onProgress(stored + duplicates);
      },
      refused: refuse,
    });
  }

  for await (const item of items) {
    const id = deriveId(item.text);
    const read = 'problem' in item.read ? item.read : complete(item.read.value, { id, eventType, readTime });
    if ('problem' in read) {
      await flush(); // an import that ends here has stored all items before
      refuse(item, read.problem);
      continue;
    }
    batch.push({ place: item.place, text: item.text, event: read.value });
    length += item.text.length;
    if (batch.length >= MAX_BATCH_EVENTS || length >= MAX_BATCH_LENGTH) await flush();
  }
  await flush();
  return result;
}

/** Adds the members that an item does not have, and reads its time. The client checks the event. */
function complete(
  value: unknown,
  {
    id,
    eventType,
    readTime,
  }: { readonly id: string; readonly eventType: string | undefined; readonly readTime: ReadTime },
): Item['read'] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { problem: 'expected a JSON object' };
  const { timestamp } = value as { readonly timestamp?: unknown };
  const isTime = typeof timestamp === 'string' || typeof timestamp === 'number';
  const time = isTime ? readTime(String(timestamp)) : undefined; // the client refuses everything else
  if (time && 'problem' in time) return { problem: `/timestamp: ${time.problem}` };
  return {
    value: {
      id,
      ...(eventType !== undefined && { event_type: eventType }),
      ...value,
      ...time,
    },
  };
}
