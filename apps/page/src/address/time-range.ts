import { type Address, filtersOf, type Parameter, parameterOf, withAdded, withValue } from './address.ts';
import { storedType } from './quarantine-type.ts';

/** Durations that end now, in milliseconds. */
export const LAST = {
  '15m': 900_000,
  '1h': 3_600_000,
  '6h': 21_600_000,
  '24h': 86_400_000,
  '7d': 604_800_000,
} as const;

const DATE = /^\d{4}-\d\d-\d\d$/;
const DAY_MS = 86_400_000;

export type Last = keyof typeof LAST;

export function isLast(text: string | undefined): text is Last {
  return text !== undefined && Object.hasOwn(LAST, text);
}

/** Returns the filters of an API call. A duration that ends now becomes its start. */
export function filtersAt(address: Address, nowMs: number): readonly Parameter[] {
  const filters = typedFiltersOf(address);
  const last = parameterOf(address, 'view.last');
  if (!isLast(last)) return filters;
  const others = filters.filter(([name]) => name !== 'start' && name !== 'end');
  return [...others, ['start', new Date(nowMs - LAST[last]).toISOString()]];
}

/** Returns the filters with the types of stored events. The view of quarantined events shows no others. */
function typedFiltersOf(address: Address): readonly Parameter[] {
  const { view } = address;
  const isType = (name: string): boolean => name === 'event_type' || name === 'event_type[prefix]';
  const filters = filtersOf(address).map(
    ([name, value]): Parameter => [name, isType(name) ? storedType(value, view) : value],
  );
  const isLimited = view !== 'quarantine' || filters.some(([name]) => isType(name));
  return isLimited ? filters : [['event_type[prefix]', storedType('', view)], ...filters];
}

/** Returns an address that is limited to a range. */
export function withRange(address: Address, startMs: number, endMs: number): Address {
  const range: readonly Parameter[] = [
    ['start', toTimestamp(startMs)],
    ['end', toTimestamp(endMs)],
  ];
  return withAdded(withValue(address, 'view.last', undefined), range);
}

/** Returns an address without a range, or with a duration that ends now. */
export function withLast(address: Address, last: Last | undefined): Address {
  const unlimited = withValue(withValue(address, 'start', undefined), 'end', undefined);
  return withValue(unlimited, 'view.last', last);
}

/** True if the range has an end, and the end is in the past. A date ends with its day in UTC. */
export function hasEnded(address: Address, nowMs: number): boolean {
  const end = parameterOf(address, 'end');
  if (end === undefined || parameterOf(address, 'view.last') !== undefined) return false;
  const endMs = Date.parse(end) + (DATE.test(end) ? DAY_MS : 0);
  return endMs <= nowMs;
}

function toTimestamp(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}
