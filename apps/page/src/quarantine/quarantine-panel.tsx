import type { Event } from '@event-tracker/core';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { parameterOf, withValue } from '../address/address.ts';
import { address, setPageParameter, show, showEvent, timeZone } from '../address/current.ts';
import { shownType } from '../address/quarantine-type.ts';
import { formatTime } from '../address/zoned-time.ts';
import { toCurl } from '../bar/copy.ts';
import { CopyButton } from '../bar/copy-button.tsx';
import { useEvent } from '../event/use-event.ts';
import { loadEventTypes } from '../server/event-types.ts';
import { key } from '../server/key.ts';
import { KeyForm } from '../server/key-form.tsx';
import { deleteFromList } from '../table/events.ts';
import { problemsOf } from '../table/problems.ts';
import { deleteRecord, heldText, type Outcome, storeHeld } from './correct.ts';
import { drafts } from './drafts.ts';
import { Editor } from './editor.tsx';
import { HeldEvent } from './held-event.tsx';
import { Refusal } from './refusal.tsx';

/** The selected quarantined event: its problems next to what was sent. */
export function QuarantinePanel() {
  const id = parameterOf(address.value, 'view.event');
  return id === undefined ? null : <Panel key={`${id} ${key.value}`} id={id} />;
}

function Panel({ id }: { readonly id: string }) {
  const { event, problem } = useEvent(id, 'This event is no longer in quarantine: it was replayed or deleted.');
  const outcome = useSignal<Outcome | 'storing' | undefined>(undefined);
  const isEditing = parameterOf(address.value, 'view.edit') !== undefined;
  useEffect(() => {
    if (!isStored(outcome.peek())) outcome.value = undefined; // it was about another text
  }, [isEditing]);

  async function finish(work: Promise<Outcome>): Promise<void> {
    outcome.value = 'storing';
    const result = await work;
    outcome.value = result;
    if (result.kind !== 'stored') return;
    drafts.delete(id);
    deleteFromList(id);
    loadEventTypes();
  }

  const current = outcome.value;
  return (
    <aside class="event" aria-label="Quarantined event">
      <header>
        <h2>{event ? shownType(event.event_type, 'quarantine') : 'Quarantined event'}</h2>
        <button type="button" aria-label="Close the event" onClick={() => showEvent(undefined)}>
          ×
        </button>
      </header>
      {!event ? (
        <p role="status">{problem ?? 'Loading …'}</p>
      ) : isStored(current) ? (
        <Stored outcome={current} deleteAgain={() => void finish(deleteRecord(event, current.id))} />
      ) : (
        <>
          <Receipt record={event} />
          {!isTranslated(event) && (
            <p class="muted">
              It could not be read as an event. Correct it where it comes from and send it again, or write an event in
              its place.
            </p>
          )}
          {isEditing ? (
            <Editor record={event} outcome={current} store={(text) => void finish(storeHeld(event, text))} />
          ) : (
            <Held record={event} outcome={current} replay={() => void finish(storeHeld(event, heldText(event)))} />
          )}
        </>
      )}
    </aside>
  );
}

function isStored(outcome: Outcome | 'storing' | undefined): outcome is StoredOutcome {
  return typeof outcome === 'object' && (outcome.kind === 'stored' || outcome.kind === 'record remains');
}

/** False for a document of another system, which only this system can send again. */
function isTranslated({ payload: { event, protocol } }: Event): boolean {
  const isEvent = typeof event === 'object' && event !== null && !Array.isArray(event) && 'event_type' in event;
  return isEvent || protocol === 'event-tracker';
}

function Receipt({ record: { id, timestamp, payload } }: { readonly record: Event }) {
  return (
    <dl>
      <dt>Received</dt>
      <dd>
        {formatTime(timestamp, timeZone.value)} {timeZone.value === 'UTC' ? 'UTC' : ''}
      </dd>
      <dt>Protocol</dt>
      <dd>{String(payload.protocol ?? '')}</dd>
      <dt>Record</dt>
      <dd>
        <code>{id}</code>
      </dd>
    </dl>
  );
}

interface HeldProps {
  readonly record: Event;
  readonly outcome: Outcome | 'storing' | undefined;
  readonly replay: () => void;
}

/** What a record holds, and what can be done with it. */
function Held({ record, outcome, replay }: HeldProps) {
  const isStillInvalid = typeof outcome === 'object' && outcome.kind === 'still invalid';
  return (
    <>
      <p class="buttons">
        <button type="button" class="primary" onClick={() => setPageParameter('view.edit', 'true')}>
          Edit and replay
        </button>
        <button
          type="button"
          title="Submit the event again as it was sent"
          disabled={outcome === 'storing'}
          onClick={replay}
        >
          Replay
        </button>
        <CopyButton label="Copy as JSON" text={() => JSON.stringify(record, undefined, 2)} />
        <CopyButton label="Copy as curl" text={() => toCurl(`/events/${record.id}`)} />
      </p>
      <Refusal outcome={outcome} />
      <HeldEvent record={record} problems={isStillInvalid ? outcome.problems : problemsOf(record)} />
    </>
  );
}

type StoredOutcome = Outcome & { readonly kind: 'stored' | 'record remains' };

interface StoredProps {
  readonly outcome: StoredOutcome;
  readonly deleteAgain: () => void;
}

function Stored({ outcome, deleteAgain }: StoredProps) {
  const showStored = (): void => show(withValue({ view: 'events', parameters: [] }, 'view.event', outcome.id));
  // The button that had the focus is gone.
  const container = useRef<HTMLDivElement>(null);
  useEffect(() => container.current?.focus(), []);
  return (
    <div ref={container} tabIndex={-1}>
      {outcome.kind === 'stored' ? (
        <p role="status">The event is stored, and no longer in quarantine.</p>
      ) : (
        <>
          <p class="failure" role="alert">
            The event is stored, but its quarantine record could not be deleted: {outcome.failure.sentence} This does no
            harm: another replay stores no second event.
          </p>
          {outcome.failure.remedy === 'another key' && <KeyForm failure={outcome.failure} />}
        </>
      )}
      <p class="buttons">
        <button type="button" onClick={showStored}>
          Show the event
        </button>
        {outcome.kind === 'record remains' && (
          <button type="button" onClick={deleteAgain}>
            Delete the record
          </button>
        )}
      </p>
    </div>
  );
}
