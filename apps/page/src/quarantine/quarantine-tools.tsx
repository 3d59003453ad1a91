import type { FilterQuery } from '@event-tracker/core';
import type { ReplayResult } from '@event-tracker/core/schemas';
import { useSignal } from '@preact/signals';
import { filtersOf, formatParameters, parameterOf, withValue } from '../address/address.ts';
import { address, show } from '../address/current.ts';
import { filtersAt } from '../address/time-range.ts';
import { describeError, type Failure } from '../server/describe-error.ts';
import { loadEventTypes, shownTypes } from '../server/event-types.ts';
import { toFilterQuery } from '../server/filter-query.ts';
import { key } from '../server/key.ts';
import { KeyForm } from '../server/key-form.tsx';
import { createWriter } from '../server/writer.ts';
import { events, reload } from '../table/events.ts';
import { REPLAY } from './correct.ts';

/** Chooses an original type, and replays the quarantined events that are shown. */
export function QuarantineTools() {
  const shown = formatParameters(filtersAt(address.value, 0));
  return (
    <div class="tools">
      <TypeSelect />
      <Replay key={`${shown} ${key.value}`} />
    </div>
  );
}

function TypeSelect() {
  const types = shownTypes.value ?? [];
  const chosen = parameterOf(address.value, 'event_type') ?? '';
  const isListed = chosen === '' || types.some(({ event_type }) => event_type === chosen);
  return (
    <label>
      Original type{' '}
      <select
        value={chosen}
        onChange={({ currentTarget: { value } }) =>
          show(withValue(address.peek(), 'event_type', value === '' ? undefined : value))
        }
      >
        <option value="">all</option>
        {!isListed && <option>{chosen}</option>}
        {types.map(({ event_type, count }) => (
          <option key={event_type} value={event_type}>
            {event_type} ({count.toLocaleString('en')})
          </option>
        ))}
      </select>
    </label>
  );
}

/** A replay of everything that the filters select: first counted, then done. */
type ReplayState =
  | { readonly kind: 'ready' }
  | { readonly kind: 'running'; readonly isDryRun: boolean; readonly controller: AbortController }
  | { readonly kind: 'counted' | 'done'; readonly result: ReplayResult }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly isDryRun: boolean };

function Replay() {
  const state = useSignal<ReplayState>({ kind: 'ready' });

  async function run(isDryRun: boolean): Promise<void> {
    const controller = new AbortController();
    state.value = { kind: 'running', isDryRun, controller };
    try {
      const options = { dryRun: isDryRun, signal: controller.signal };
      const result = await createWriter().replayQuarantined(shownQuery(), options);
      state.value = { kind: isDryRun ? 'counted' : 'done', result };
    } catch (error) {
      state.value = controller.signal.aborted
        ? { kind: isDryRun ? 'ready' : 'stopped' }
        : { kind: 'failed', failure: describeError(error, REPLAY), isDryRun };
    }
    if (!isDryRun) {
      reload();
      loadEventTypes();
    }
  }

  const current = state.value;
  const close = (label: string) => (
    <button type="button" onClick={() => (state.value = { kind: 'ready' })}>
      {label}
    </button>
  );
  return (
    <>
      {(current.kind === 'ready' || current.kind === 'done' || current.kind === 'stopped') &&
        events.value.length > 0 && (
          <button type="button" title="Count which of these events are valid now" onClick={() => void run(true)}>
            {filtersOf(address.value).length === 0 ? 'Replay all …' : 'Replay these …'}
          </button>
        )}
      <div role="status" class="replay">
        {current.kind === 'running' && (
          <>
            {current.isDryRun ? 'Counting what is valid now …' : 'Replaying …'}{' '}
            <button type="button" onClick={() => current.controller.abort()}>
              Stop
            </button>
          </>
        )}
        {current.kind === 'counted' && (
          <>
            {describeCounts(current.result)}{' '}
            {current.result.replayed > 0 && (
              <button type="button" class="primary" onClick={() => void run(false)}>
                Replay {countOf(current.result.replayed)}
              </button>
            )}{' '}
            {close(current.result.replayed > 0 ? 'Cancel' : 'Close')}
          </>
        )}
        {current.kind === 'done' && describeResult(current.result)}
        {current.kind === 'stopped' && 'Stopped. Events that were already replayed stay stored.'}
      </div>
      {current.kind === 'failed' && <Failed failure={current.failure} again={() => void run(current.isDryRun)} />}
    </>
  );
}

function Failed({ failure, again }: { readonly failure: Failure; readonly again: () => void }) {
  if (failure.remedy === 'another key') return <KeyForm failure={failure} />;
  return (
    <p class="failure" role="alert">
      {failure.sentence}{' '}
      <button type="button" onClick={again}>
        Try again
      </button>
    </p>
  );
}

/** Returns what the list shows, as a query. */
function shownQuery(): FilterQuery {
  return toFilterQuery(filtersAt(address.peek(), Date.now()));
}

function countOf(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'event' : 'events'}`;
}

function describeCounts({ replayed, stillInvalid }: ReplayResult): string {
  if (replayed + stillInvalid === 0) return 'There is nothing to replay.';
  if (replayed === 0)
    return `Still invalid: ${countOf(stillInvalid)}. Correct the schema, or one event after the other.`;
  return `Valid now: ${countOf(replayed)}. Still invalid: ${stillInvalid.toLocaleString('en')}.`;
}

function describeResult({ replayed, stillInvalid }: ReplayResult): string {
  const rest =
    stillInvalid === 0 ? '' : ` ${countOf(stillInvalid)} ${stillInvalid === 1 ? 'stays' : 'stay'} in quarantine.`;
  return `${countOf(replayed)} replayed.${rest}`;
}
