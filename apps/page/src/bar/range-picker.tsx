import { computed, signal } from '@preact/signals';
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

/** True if a start and an end are to be entered, although the address has neither yet. */
const isCustomChosen = signal(false);

const chosen = computed(() => {
  const [start, end, last] = ['start', 'end', 'view.last'].map((name) => parameterOf(address.value, name));
  if (isCustomChosen.value || start !== undefined || end !== undefined) return 'custom';
  return isLast(last) ? last : 'all';
});

function choose(value: string): void {
  isCustomChosen.value = value === 'custom';
  if (value === 'custom') return;
  const unlimited = withLast(address.peek(), isLast(value) ? value : undefined);
  show(value === 'today' ? withValue(withValue(unlimited, 'start', today()), 'end', today()) : unlimited);
}

/** Chooses the time range: a duration that ends now, a day, or a start and an end, which RangeLimits shows. */
export function RangePicker() {
  return (
    <div class="range">
      <select aria-label="Time range" value={chosen.value} onChange={(event) => choose(event.currentTarget.value)}>
        <option value="all">All time</option>
        {Object.entries(LABELS).map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
        <option value="today">Today (UTC)</option>
        <option value="custom">From … to …</option>
      </select>
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

/** The start and the end of the range, if it is limited by them. */
export function RangeLimits() {
  if (chosen.value !== 'custom') return null;
  return (
    <div class="limits">
      <Limit name="start" label="From" example="2025-01-01" />
      <Limit name="end" label="To" example="2025-01-01T12:00:00Z" />
    </div>
  );
}

interface LimitProps {
  readonly name: 'start' | 'end';
  readonly label: string;
  readonly example: string;
}

/** A limit as the API has it: a timestamp with a zone, or a date. */
function Limit({ name, label, example }: LimitProps) {
  function change(text: string): void {
    const trimmed = text.trim();
    show(withValue(withValue(address.peek(), 'view.last', undefined), name, trimmed === '' ? undefined : trimmed));
  }
  return (
    <label>
      {label}{' '}
      <input
        type="text"
        placeholder={example}
        value={parameterOf(address.value, name) ?? ''}
        spellcheck={false}
        onChange={(event) => change(event.currentTarget.value)}
      />
    </label>
  );
}

/** Returns the date in UTC, which is how the API reads a date. */
function today(): string {
  return new Date().toISOString().slice(0, 10);
}
