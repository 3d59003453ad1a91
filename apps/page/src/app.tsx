import { filtersOf, formatParameters, type Parameter, statsParametersOf, withValue } from './address/address.ts';
import { address, show, showView } from './address/current.ts';
import { filtersAt } from './address/time-range.ts';
import { Chips } from './bar/chips.tsx';
import { toCurl } from './bar/copy.ts';
import { CopyButton } from './bar/copy-button.tsx';
import { DownloadButton } from './bar/download-button.tsx';
import { FilterInput } from './bar/filter-input.tsx';
import { RangeLimits, RangePicker } from './bar/range-picker.tsx';
import { EventPanel } from './event/event-panel.tsx';
import { HistogramView } from './histogram/histogram-view.tsx';
import { histogram } from './histogram/load.ts';
import { eventTypes } from './server/event-types.ts';
import { KeyForm } from './server/key-form.tsx';
import { SERVER_URL } from './server/tracker.ts';
import { StatsView } from './stats/stats-view.tsx';
import { EventTable } from './table/event-table.tsx';
import { events, failure, isComplete, isLoading, reload } from './table/events.ts';
import { LiveStatus } from './table/live-status.tsx';

export function App() {
  return (
    <>
      <TopBar />
      {failure.value?.remedy === 'another key' ? <KeyForm failure={failure.value} /> : <Content />}
    </>
  );
}

function TopBar() {
  const { view } = address.value;
  return (
    <header class="top">
      <h1>
        <a href="#/events">Event Tracker</a>
      </h1>
      <nav aria-label="Views">
        <button type="button" aria-current={view === 'events' ? 'page' : undefined} onClick={() => showView('events')}>
          Events
        </button>
        <button type="button" aria-current={view === 'stats' ? 'page' : undefined} onClick={showStats}>
          Statistics
        </button>
        <QuarantineLink />
        <a href="docs">API</a>
      </nav>
      <div class="bar" role="search">
        <FilterInput />
        <RangePicker />
      </div>
      <div class="conditions">
        <RangeLimits />
        <Chips />
      </div>
    </header>
  );
}

/** Shows statistics: at first one value for each bar of the chart of events. */
function showStats(): void {
  const current = address.peek();
  const isChosen = statsParametersOf(current).length > 0;
  const next = isChosen ? current : withValue(current, 'interval', histogram.peek()?.interval);
  show({ ...next, view: 'stats' });
}

/** Leads to events that did not match their schema, if there are any. */
function QuarantineLink() {
  const count = (eventTypes.value ?? [])
    .filter(({ event_type }) => event_type.startsWith('quarantine.'))
    .reduce((sum, type) => sum + type.count, 0);
  if (count === 0) return null;
  const quarantined: readonly Parameter[] = [['event_type[prefix]', 'quarantine.']];
  return (
    <button type="button" onClick={() => show({ view: 'events', parameters: quarantined })}>
      Quarantine <span class="count">{count.toLocaleString('en')}</span>
    </button>
  );
}

function Content() {
  return address.value.view === 'stats' ? (
    <StatsView />
  ) : (
    <main class={address.value.parameters.some(([name]) => name === 'view.event') ? 'events with-event' : 'events'}>
      <div class="list">
        <Toolbar />
        <Problem />
        <HistogramView />
        <EventList />
      </div>
      <EventPanel />
    </main>
  );
}

function Toolbar() {
  const path = (): string =>
    `/events?${formatParameters([...filtersAt(address.peek(), Date.now()), ['order', 'desc']])}`;
  return (
    <div class="toolbar">
      <LiveStatus />
      {!failure.value && (
        <span class="muted">
          {events.value.length.toLocaleString('en')} loaded
          {isLoading.value ? ', loading …' : isComplete.value ? '' : ', scroll for more'}
        </span>
      )}
      <span class="space" />
      <CopyButton label="Copy link" text={() => location.href} />
      <CopyButton label="Copy as curl" text={() => toCurl(path())} />
      <DownloadButton label="NDJSON" path={path} mediaType="application/x-ndjson" fileName="events.ndjson" />
      <DownloadButton label="CSV" path={path} mediaType="text/csv" fileName="events.csv" />
    </div>
  );
}

function Problem() {
  if (!failure.value) return null;
  return (
    <p class="failure" role="alert">
      {failure.value.sentence}{' '}
      {failure.value.remedy === 'retry' && (
        <button type="button" onClick={reload}>
          Try again
        </button>
      )}
    </p>
  );
}

function EventList() {
  if (events.value.length > 0) return <EventTable />;
  if (failure.value) return null;
  return isComplete.value && !isLoading.value ? <Empty /> : <EventTable />;
}

function Empty() {
  const isFiltered =
    filtersOf(address.value).length > 0 || address.value.parameters.some(([name]) => name === 'view.last');
  if (isFiltered)
    return (
      <div class="empty">
        <p>No event matches.</p>
        <button
          type="button"
          onClick={() => show(withValue({ view: 'events', parameters: [] }, 'view.zone', undefined))}
        >
          Show all events
        </button>
      </div>
    );
  const command = `curl -sS ${SERVER_URL}/events -H 'Content-Type: application/json' \\
  -d '{"event_type":"login","timestamp":"${new Date().toISOString()}","payload":{"user_id":1}}'`;
  return (
    <div class="empty">
      <p>There are no events yet. Submit the first one, and it appears here:</p>
      <pre>{command}</pre>
      <CopyButton label="Copy" text={() => command} />
    </div>
  );
}
