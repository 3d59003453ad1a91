import type { StatsRow } from '@event-tracker/core';
import { useMemo } from 'preact/hooks';
import { parameterOf, statsParametersOf, withValue } from '../address/address.ts';
import { address, show, timeZone } from '../address/current.ts';
import { samplePaths } from '../address/payload-path.ts';
import { withRange } from '../address/time-range.ts';
import { formatInstant } from '../address/zoned-time.ts';
import { toCurl } from '../bar/copy.ts';
import { CopyButton } from '../bar/copy-button.tsx';
import { DownloadButton } from '../bar/download-button.tsx';
import { INTERVALS } from '../chart/buckets.ts';
import { ChartView } from '../chart/chart-view.tsx';
import { groupColor } from '../chart/colors.ts';
import { events } from '../table/events.ts';
import { isLoading, rows, statsFailure, statsPath } from './load.ts';
import { toSeries } from './series.ts';

const METRICS = ['count', 'unique', 'p50', 'p90', 'p95', 'p99', 'sum', 'avg', 'min', 'max'];
const MAX_PATHS = 200;
/** Rows of the table that are shown; the download has all of them. */
const MAX_ROWS = 1_000;

/** Statistics: a chart and a table. */
export function StatsView() {
  return (
    <main class="stats" aria-busy={isLoading.value}>
      <Form />
      {statsFailure.value && (
        <p class="failure" role="alert">
          {statsFailure.value.sentence}
        </p>
      )}
      {rows.value && <Result result={rows.value} zone={timeZone.value} />}
    </main>
  );
}

function set(name: string, value: string): void {
  show(withValue(address.peek(), name, value === '' ? undefined : value));
}

function Form() {
  const [kind = 'count', path = ''] = (parameterOf(address.value, 'metric') ?? 'count').split(/:(.*)/s);
  const paths = samplePaths(
    events.value.slice(0, 500).map(({ payload }) => payload),
    MAX_PATHS,
  ).map((name) => `payload.${name}`);
  return (
    <form class="stats-form" onSubmit={(event) => event.preventDefault()}>
      <label>
        Metric
        <select
          value={kind}
          onChange={(event) => set('metric', metricOf(event.currentTarget.value, path || (paths[0] ?? '')))}
        >
          {METRICS.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      {kind !== 'count' && (
        <label>
          Path
          <input
            list="paths"
            value={path}
            spellcheck={false}
            onChange={(event) => set('metric', metricOf(kind, event.currentTarget.value.trim()))}
          />
        </label>
      )}
      <label>
        Interval
        <select
          value={parameterOf(address.value, 'interval') ?? ''}
          onChange={(event) => set('interval', event.currentTarget.value)}
        >
          <option value="">whole range</option>
          {INTERVALS.map(([name]) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label>
        Group by
        <input
          list="groups"
          placeholder="event_type or payload.PATH"
          value={parameterOf(address.value, 'group_by') ?? ''}
          spellcheck={false}
          onChange={(event) => set('group_by', event.currentTarget.value.trim())}
        />
      </label>
      <datalist id="paths">
        {paths.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <datalist id="groups">
        {['event_type', ...paths].map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <div class="buttons">
        <CopyButton label="Copy as curl" text={() => toCurl(statsPath())} />
        <DownloadButton label="Download CSV" path={statsPath} mediaType="text/csv" fileName="statistics.csv" />
        <span class="muted" role="status">
          {isLoading.value && 'Loading …'}
        </span>
      </div>
    </form>
  );
}

function metricOf(kind: string, path: string): string {
  return kind === 'count' ? '' : `${kind}:${path}`;
}

function Result({ result, zone }: { readonly result: readonly StatsRow[]; readonly zone: string }) {
  const chart = useMemo(() => {
    const { instants, series } = toSeries(result);
    return {
      kind: 'lines',
      timeZone: zone,
      instants,
      series: series.map((one, index) => ({ ...one, color: groupColor(index % 9) })),
      onSelect: (startMs: number, endMs: number) => show(withRange(address.peek(), startMs, endMs)),
    } as const;
  }, [result, zone]);
  const hasGroups = statsParametersOf(address.value).some(([name]) => name === 'group_by');
  return (
    <>
      {chart.instants.length > 1 && (
        <>
          <ChartView chart={chart} label="The metric over time; the table that follows has the numbers" />
          {hasGroups && (
            <ul class="legend">
              {chart.series.map(({ label }, index) => (
                <li key={label}>
                  <span class={`swatch swatch-${index % 9}`} aria-hidden="true" /> {label}
                </li>
              ))}
            </ul>
          )}
        </>
      )}
      <div class="numbers" role="region" aria-label="Statistics" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Time</th>
              {hasGroups && <th scope="col">Group</th>}
              <th scope="col">Value</th>
            </tr>
          </thead>
          <tbody>
            {result.slice(0, MAX_ROWS).map((row) => (
              <tr key={`${row.bucket} ${JSON.stringify(row.group)} ${row.other}`}>
                <td>
                  {row.bucket === null ? (
                    'whole range'
                  ) : (
                    <BucketLink bucket={row.bucket} instants={chart.instants} zone={zone} />
                  )}
                </td>
                {hasGroups && <td>{row.other ? 'all others' : row.group === null ? 'none' : String(row.group)}</td>}
                <td class="number">
                  {row.value === null ? '' : row.value.toLocaleString('en', { maximumFractionDigits: 6 })}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {result.length > MAX_ROWS && <p class="muted">{result.length - MAX_ROWS} more rows are in the download.</p>}
      </div>
    </>
  );
}

interface BucketLinkProps {
  readonly bucket: string;
  /** Starts of all buckets, in milliseconds since 1970. */
  readonly instants: readonly number[];
  readonly zone: string;
}

/** Shows the events of a bucket, which ends where the next one begins. */
function BucketLink({ bucket, instants, zone }: BucketLinkProps) {
  const startMs = Date.parse(bucket);
  const interval = INTERVALS.find(([name]) => name === parameterOf(address.value, 'interval'));
  const nextMs = instants[instants.indexOf(startMs) + 1] ?? startMs + (interval?.[1] ?? 0);
  return (
    <button
      type="button"
      title="Show the events of this time"
      onClick={() => show({ ...withRange(address.peek(), startMs, nextMs - 1), view: 'events' })}
    >
      {formatInstant(startMs, zone)}
    </button>
  );
}
