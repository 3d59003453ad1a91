import type { Event } from '@event-tracker/core';
import { parameterOf, withValue } from '../address/address.ts';
import { address, show, showEvent, timeZone } from '../address/current.ts';
import { isQuarantineType } from '../address/quarantine-type.ts';
import { withRange } from '../address/time-range.ts';
import { formatTime } from '../address/zoned-time.ts';
import { toCurl } from '../bar/copy.ts';
import { CopyButton } from '../bar/copy-button.tsx';
import { JsonTree } from './json-tree.tsx';
import { useEvent } from './use-event.ts';

const AROUND_MS = 60_000;

/** The selected event in full. */
export function EventPanel() {
  const id = parameterOf(address.value, 'view.event');
  return id === undefined ? null : <Panel key={id} id={id} />;
}

function Panel({ id }: { readonly id: string }) {
  const { event, problem } = useEvent(id, 'There is no event with this id. It may have been deleted.');
  return (
    <aside class="event" aria-label="Event">
      <header>
        <h2>{event?.event_type ?? 'Event'}</h2>
        <button type="button" aria-label="Close the event" onClick={() => showEvent(undefined)}>
          ×
        </button>
      </header>
      {event ? <Details event={event} /> : <p role="status">{problem ?? 'Loading …'}</p>}
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
        {isQuarantineType(event_type) && (
          <button
            type="button"
            title="Show its problems next to what was sent"
            onClick={() => show(withValue({ view: 'quarantine', parameters: [] }, 'view.event', id))}
          >
            Show in quarantine
          </button>
        )}
        <CopyButton label="Copy as JSON" text={() => JSON.stringify(event, undefined, 2)} />
        <CopyButton label="Copy as curl" text={() => toCurl(`/events/${id}`)} />
      </p>
      <h3>payload</h3>
      <JsonTree names={[]} value={payload} depth={0} />
    </>
  );
}
