import { filtersOf, formatParameters, statsParametersOf, withValue, withView } from './address/address.ts';
import { address, show, showView } from './address/current.ts';
import { filtersAt } from './address/time-range.ts';
import { Chips } from './bar/chips.tsx';
import { toCurl } from './bar/copy.ts';
import { CopyButton } from './bar/copy-button.tsx';
import { DownloadButton } from './bar/download-button.tsx';
import { FilterInput } from './bar/filter-input.tsx';
import { RangeLimits, RangePicker } from './bar/range-picker.tsx';
import { HistogramView } from './histogram/histogram-view.tsx';
import { histogram } from './histogram/load.ts';
import { lazily } from './lazily.tsx';
import { quarantineTypes } from './server/event-types.ts';
import { KeyForm } from './server/key-form.tsx';
import { SERVER_URL } from './server/tracker.ts';
import { EventTable } from './table/event-table.tsx';
import { events, failure, isComplete, isLoading, reload } from './table/events.ts';
import { LiveStatus } from './table/live-status.tsx';

const EventPanel = lazily(async () => (await import('./event/event-panel.tsx')).EventPanel);
const StatsView = lazily(async () => (await import('./stats/stats-view.tsx')).StatsView);
const QuarantineTools = lazily(async () => (await import('./quarantine/quarantine-view.tsx')).QuarantineTools);
const QuarantinePanel = lazily(async () => (await import('./quarantine/quarantine-view.tsx')).QuarantinePanel);

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
  const next = withView(address.peek(), 'stats');
  const isChosen = statsParametersOf(next).length > 0;
  show(isChosen ? next : withValue(next, 'interval', histogram.peek()?.interval));
}

/** Leads to events that did not match their schema, if there are any. */
function QuarantineLink() {
  const isShown = address.value.view === 'quarantine';
  const count = (quarantineTypes.value ?? []).reduce((sum, type) => sum + type.count, 0);
  if (count === 0 && !isShown) return null;
  return (
    <button type="button" aria-current={isShown ? 'page' : undefined} onClick={() => showView('quarantine')}>
      Quarantine {count > 0 && <span class="count">{count.toLocaleString('en')}</span>}
    </button>
  );
}

function Content() {
  const { view, parameters } = address.value;
  if (view === 'stats') return <StatsView />;
  const isQuarantine = view === 'quarantine';
  const hasEvent = parameters.some(([name]) => name === 'view.event');
  return (
    <main class={`events ${hasEvent ? 'with-event' : ''} ${isQuarantine ? 'quarantine' : ''}`}>
      <div class="list">
        <Toolbar />
        <Problem />
        {isQuarantine && <QuarantineTools />}
        <HistogramView />
        <EventList />
      </div>
      {hasEvent && (isQuarantine ? <QuarantinePanel /> : <EventPanel />)}
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
  const { view } = address.value;
  if (isFiltered)
    return (
      <div class="empty">
        <p>No event matches.</p>
        <button type="button" onClick={() => show({ view, parameters: [] })}>
          Show all {view === 'quarantine' ? 'quarantined events' : 'events'}
        </button>
      </div>
    );
  if (view === 'quarantine')
    return (
      <div class="empty">
        <p>No event is in quarantine.</p>
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
