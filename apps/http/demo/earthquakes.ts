/*
 * Submits a week of real earthquakes to a running server, in batches, and runs three queries:
 *
 *   npm run demo
 *   npm run demo -- http://127.0.0.1:9090
 *
 * A second run stores no event twice.
 */
import type { Event, NewEvent } from '@event-tracker/core';
import { type Earthquake, readEarthquakeEvents } from './earthquake-events.ts';
import { createTrackerClient, type TrackerClient } from './tracker-client.ts';

const BATCH_SIZE = 500;

/** `end` is inclusive, so a day ends with its last nanosecond. */
const QUERIES: readonly Query[] = [
  {
    title: 'How many earthquakes were there on 6 February 2018?',
    path: '/events?event_type=earthquake&start=2018-02-06T00:00:00Z&end=2018-02-06T23:59:59.999999999Z',
    response: async (tracker, path) => `${(await tracker.read(path)).length}`,
  },
  {
    title: 'Which was the strongest of the week?',
    path: '/events?event_type=earthquake&start=2018-01-31T00:00:00Z&end=2018-02-07T23:59:59.999999999Z&limit=500',
    response: async (tracker, path) => describe((await tracker.readPages(path)).reduce(stronger)),
  },
  {
    title: 'Which were the last three quarry blasts before 6 February, the latest first?',
    path: '/events?event_type=quarry%20blast&start=2018-01-31T00:00:00Z&end=2018-02-05T23:59:59.999999999Z&order=desc&limit=3',
    response: async (tracker, path) => (await tracker.read(path)).map(describe).join('\n  '),
  },
];

interface Query {
  readonly title: string;
  readonly path: string;
  readonly response: (tracker: TrackerClient, path: string) => Promise<string>;
}

async function run(baseUrl: string): Promise<void> {
  const tracker = createTrackerClient(baseUrl);
  const { accepted, duplicates } = await submitAll(tracker, readEarthquakeEvents());
  console.log(`Submitted a week of earthquakes: ${accepted} stored, ${duplicates} were there already.`);
  for (const { title, path, response } of QUERIES) {
    console.log(`\n${title}\n  GET ${path}\n  ${await response(tracker, path)}`);
  }
}

async function submitAll(tracker: TrackerClient, events: readonly NewEvent[]) {
  const total = { accepted: 0, duplicates: 0 };
  for (let start = 0; start < events.length; start += BATCH_SIZE) {
    const { accepted, duplicates } = await tracker.submit(events.slice(start, start + BATCH_SIZE));
    total.accepted += accepted;
    total.duplicates += duplicates;
  }
  return total;
}

function stronger(a: Event, b: Event): Event {
  return earthquakeOf(b).properties.mag > earthquakeOf(a).properties.mag ? b : a;
}

function describe(event: Event): string {
  const { properties, geometry } = earthquakeOf(event);
  return `${event.timestamp}  magnitude ${properties.mag}, ${properties.place}, ${geometry.coordinates[2]} km deep`;
}

/** Returns the payload of an event of this demo, which is an earthquake. */
function earthquakeOf({ payload }: Event): Earthquake {
  return payload as Earthquake;
}

run(process.argv[2] ?? 'http://127.0.0.1:8080').catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
