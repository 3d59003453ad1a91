import type { StatsRow } from '@event-tracker/core';

export interface Series {
  readonly label: string;
  readonly values: readonly (number | null)[];
}

/** Arranges rows with buckets as one series for each group, in the order in which the groups first occur. */
export function toSeries(rows: readonly StatsRow[]): {
  readonly instants: readonly number[];
  readonly series: readonly Series[];
} {
  const instants = [...new Set(rows.flatMap(({ bucket }) => (bucket === null ? [] : Date.parse(bucket))))].sort(
    (one, other) => one - other,
  );
  const indexes = new Map(instants.map((instant, index) => [instant, index]));
  const values = new Map<string, (number | null)[]>();
  for (const row of rows) {
    const index = row.bucket === null ? undefined : indexes.get(Date.parse(row.bucket));
    if (index === undefined) continue;
    const label = labelOf(row);
    const ofGroup = values.get(label) ?? instants.map(() => null);
    ofGroup[index] = row.value;
    values.set(label, ofGroup);
  }
  return { instants, series: [...values].map(([label, ofGroup]) => ({ label, values: ofGroup })) };
}

function labelOf({ group, other }: StatsRow): string {
  if (other) return 'all others';
  return group === null ? 'none' : String(group);
}
