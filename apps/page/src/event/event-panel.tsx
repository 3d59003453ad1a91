import type { Event } from '@event-tracker/core';
import { useSignal, useSignalEffect } from '@preact/signals';
import { parameterOf, withValue } from '../address/address.ts';
import { address, setPageParameter, show, timeZone } from '../address/current.ts';
import { withRange } from '../address/time-range.ts';
import { formatTime } from '../address/zoned-time.ts';
import { toCurl } from '../bar/copy.ts';
import { CopyButton } from '../bar/copy-button.tsx';
import { describeError } from '../server/describe-error.ts';
import { createTracker } from '../server/tracker.ts';
import { events } from '../table/events.ts';
import { JsonTree } from './json-tree.tsx';

const AROUND_MS = 60_000;

/** The selected event in full. */
export function EventPanel() {
  const id = parameterOf(address.value, 'view.event');
  return id === undefined ? null : <Panel key={id} id={id} />;
}

function Panel({ id }: { readonly id: string }) {
  const loaded = useSignal<Event | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  useSignalEffect(() => {
    const known = events.value.find((event) => event.id === id);
    if (known) loaded.value = known;
    else if (!loaded.peek()) void load();
  });

  async function load(): Promise<void> {
    try {
      const found = await createTracker().get(id);
      if (found) loaded.value = found;
      else problem.value = 'There is no event with this id. It may have been deleted.';
    } catch (error) {
      problem.value = describeError(error).sentence;
    }
  }

  const event = loaded.value;
  return (
    <aside class="event" aria-label="Event">
      <header>
        <h2>{event?.event_type ?? 'Event'}</h2>
        <button type="button" aria-label="Close the event" onClick={() => setPageParameter('view.event', undefined)}>
          ×
        </button>
      </header>
      {event ? <Details event={event} /> : <p role="status">{problem.value ?? 'Loading …'}</p>}
    </aside>
  );
}

function Details({ event }: { readonly event: Event }) {
  const { id, event_type, timestamp, payload } = event;
  function around(): void {
    const ms = Date.parse(timestamp);
    const unfiltered = {
      view: 'events',
      parameters: address.peek().parameters.filter(([name]) => name.startsWith('view.')),
    } as const;
    show(withRange(unfiltered, ms - AROUND_MS, ms + AROUND_MS));
  }
  return (
    <>
      <dl>
        <dt>id</dt>
        <dd>
          <code>{id}</code>
        </dd>
        <dt>event_type</dt>
        <dd>
          <button
            type="button"
            title="Show only this type"
            onClick={() => show(withValue(address.peek(), 'event_type', event_type))}
          >
            {event_type}
          </button>
        </dd>
        <dt>timestamp</dt>
        <dd>
          {formatTime(timestamp, timeZone.value)} {timeZone.value === 'UTC' ? 'UTC' : ''}
        </dd>
      </dl>
      <p class="buttons">
        <button type="button" title="Show all events one minute before and after" onClick={around}>
          Around this moment
        </button>
        <CopyButton label="Copy as JSON" text={() => JSON.stringify(event, undefined, 2)} />
        <CopyButton label="Copy as curl" text={() => toCurl(`/events/${id}`)} />
      </p>
      <h3>payload</h3>
      <JsonTree names={[]} value={payload} depth={0} />
    </>
  );
}
