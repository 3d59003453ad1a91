import { useSignal } from '@preact/signals';
import { parameterOf, withValue } from '../address/address.ts';
import { address, setPageParameter, show, timeZone } from '../address/current.ts';
import { isLast, type LAST, withLast } from '../address/time-range.ts';

const LABELS: Readonly<Record<keyof typeof LAST, string>> = {
  '15m': 'Last 15 minutes',
  '1h': 'Last hour',
  '6h': 'Last 6 hours',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
};

/** The time range: a duration that ends now, a day, or a start and an end. */
export function RangePicker() {
  const last = parameterOf(address.value, 'view.last');
  const start = parameterOf(address.value, 'start');
  const end = parameterOf(address.value, 'end');
  const isEditing = useSignal(false);
  const chosen = isEditing.value || start !== undefined || end !== undefined ? 'custom' : isLast(last) ? last : 'all';

  function choose(value: string): void {
    isEditing.value = value === 'custom';
    if (value === 'custom') return;
    const unlimited = withLast(address.peek(), isLast(value) ? value : undefined);
    show(value === 'today' ? withValue(withValue(unlimited, 'start', today()), 'end', today()) : unlimited);
  }

  return (
    <div class="range">
      <select aria-label="Time range" value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
        <option value="all">All time</option>
        {Object.entries(LABELS).map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
        <option value="today">Today (UTC)</option>
        <option value="custom">From … to …</option>
      </select>
      {chosen === 'custom' && (
        <>
          <Limit name="start" label="From" value={start} />
          <Limit name="end" label="To" value={end} />
        </>
      )}
      <select
        aria-label="Time zone"
        value={timeZone.value === 'UTC' ? 'utc' : 'local'}
        onChange={(event) => setPageParameter('view.zone', event.currentTarget.value === 'local' ? 'local' : undefined)}
      >
        <option value="utc">UTC</option>
        <option value="local">Local time</option>
      </select>
    </div>
  );
}

interface LimitProps {
  readonly name: 'start' | 'end';
  readonly label: string;
  readonly value: string | undefined;
}

/** A limit as the API has it: a timestamp with a zone, or a date. */
function Limit({ name, label, value }: LimitProps) {
  function change(text: string): void {
    const trimmed = text.trim();
    show(withValue(withValue(address.peek(), 'view.last', undefined), name, trimmed === '' ? undefined : trimmed));
  }
  return (
    <input
      type="text"
      aria-label={label}
      placeholder={`${label}: 2025-01-01 or 2025-01-01T12:00:00Z`}
      value={value ?? ''}
      spellcheck={false}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}

/** Returns the date in UTC, which is how the API reads a date. */
function today(): string {
  return new Date().toISOString().slice(0, 10);
}
