import { appendBatch } from '@event-tracker/core/store';
import { type Cost, costOf, sumOf } from './cost.ts';
import { formatRate, print } from './print.ts';
import { scatteredEventsFrom } from './scattered-events.ts';
import type { Subject } from './subject.ts';

export const BATCH = 10_000;
/** Events that are submitted one by one. */
export const SINGLES = 6_400;
const CALLERS = 64;

export async function measureBatches(subject: Subject, events: number): Promise<void> {
  const costs: Cost[] = [];
  for (let first = 0; first < events; first += BATCH) {
    const batch = scatteredEventsFrom(first, Math.min(BATCH, events - first));
    costs.push(await costOf(subject, () => appendBatch(subject.store, batch)));
  }
  print(`submit in batches of ${BATCH}`, formatRate(sumOf(costs), events));
}

/** Measures concurrent callers, each of which sends its next event when the previous one is stored. */
export async function measureSingles(subject: Subject, first: number): Promise<void> {
  const rest = scatteredEventsFrom(first, SINGLES).values();
  const callers = Array.from({ length: CALLERS }, () => async () => {
    for (const event of rest) await appendBatch(subject.store, [event]);
  });
  const cost = await costOf(subject, () => Promise.all(callers.map((call) => call())));
  print(`submit one by one, ${CALLERS} callers`, formatRate(cost, SINGLES));
}
