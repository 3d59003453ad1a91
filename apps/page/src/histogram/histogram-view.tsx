import { useMemo } from 'preact/hooks';
import { withValue } from '../address/address.ts';
import { address, show, timeZone } from '../address/current.ts';
import { withRange } from '../address/time-range.ts';
import { formatInstant } from '../address/zoned-time.ts';
import { lengthOf, type Range, stack } from '../chart/buckets.ts';
import { ChartView } from '../chart/chart-view.tsx';
import { groupColor } from '../chart/colors.ts';
import { histogram, type ShownHistogram } from './load.ts';

/** The number of events by time and type. */
export function HistogramView() {
  const shown = histogram.value;
  return shown && shown.starts.length > 0 ? <Bars shown={shown} zone={timeZone.value} /> : null;
}

function Bars({ shown, zone }: { readonly shown: ShownHistogram; readonly zone: string }) {
  const chart = useMemo(() => {
    // The highest bars are drawn first, and the others over them.
    const series = stack(shown.groups).map((values, index) => ({
      label: nameOf(shown.groups[index]?.name),
      color: groupColor(index),
      values,
    }));
    return {
      kind: 'bars',
      timeZone: zone,
      instants: shown.starts,
      endMs: (shown.starts.at(-1) ?? 0) + lengthOf(shown.interval),
      series: series.reverse(),
      onSelect: (startMs: number, endMs: number) => show(withRange(address.peek(), startMs, endMs)),
    } as const;
  }, [shown, zone]);

  const total = shown.groups.reduce((sum, group) => sum + group.total, 0);
  return (
    <section class="histogram" aria-label="Events over time">
      <p class="summary">
        <strong>{total.toLocaleString('en')}</strong> {total === 1 ? 'event' : 'events'}, {formatRange(shown, zone)},
        one bar per {shown.interval}.<span class="zoom-hint"> Drag over the bars to zoom.</span>
      </p>
      <ChartView chart={chart} label="Number of events by time and type; the table that follows has the numbers" />
      <ul class="legend">
        {shown.groups.map(({ name, total: ofGroup }, index) => (
          <li key={name ?? ''}>
            <Swatch index={index} />
            {name === undefined ? (
              nameOf(name)
            ) : (
              <button type="button" title={`Show only ${name}`} onClick={() => filterByType(name)}>
                {name}
              </button>
            )}{' '}
            <span class="muted">{ofGroup.toLocaleString('en')}</span>
          </li>
        ))}
      </ul>
      <Numbers shown={shown} zone={zone} />
    </section>
  );
}

/** Returns the range for people; one instant if both ends are within the same second. */
function formatRange({ startMs, endMs }: Range, zone: string): string {
  const [start, end] = [formatInstant(startMs, zone), formatInstant(endMs, zone)];
  return start === end ? start : `${start} to ${end}`;
}

function Swatch({ index }: { readonly index: number }) {
  return <span class={`swatch swatch-${index}`} aria-hidden="true" />;
}

/** The numbers of the chart, for screen readers. */
function Numbers({ shown, zone }: { readonly shown: ShownHistogram; readonly zone: string }) {
  return (
    <div class="visually-hidden">
      <table>
        <caption>Number of events by time and type</caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {shown.groups.map(({ name }) => (
              <th scope="col" key={name ?? ''}>
                {nameOf(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.starts.map((start, bucket) => (
            <tr key={start}>
              <th scope="row">{formatInstant(start, zone)}</th>
              {shown.groups.map(({ name, counts }) => (
                <td key={name ?? ''}>{counts[bucket]}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function nameOf(name: string | undefined): string {
  return name ?? 'other types';
}

function filterByType(name: string): void {
  show(withValue(address.peek(), 'event_type', name));
}
