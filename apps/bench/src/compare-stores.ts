/*
 * Measures the cost of the same events and the same queries in a store:
 *
 *   node_modules/.bin/node --conditions=x-src apps/bench/src/compare-stores.ts [STORE [EVENTS]]
 *
 * STORE is `memory`, `sqlite:PATH`, `postgres://…`, `clickhouse:PATH` for the ClickHouse in this process on a new folder, or
 * `clickhouse://…` for a server. ClickHouse uses one thread; `taskset -c 0` limits it to one core. Each figure has the elapsed
 * time and the CPU time of store and database together, which is about the elapsed time on a machine without other load.
 */
import { compareWithClient } from './compare-stores/client.ts';
import { openSubject } from './compare-stores/open-subject.ts';
import { print } from './compare-stores/print.ts';
import { measureFilters, measurePages, measureStats } from './compare-stores/queries.ts';
import { measureBatches, measureSingles, SINGLES } from './compare-stores/submits.ts';

const [given = 'memory', count = '1000000'] = process.argv.slice(2);
const events = Number(count);
const subject = await openSubject(given);
print(given.replace(/:\/\/.*/, '://…'), `${events} events`);
await measureBatches(subject, events);
if (subject.countBytes) print('bytes for each event on disk', ((await subject.countBytes()) / events).toFixed(1));
await measurePages(subject, events);
await measureFilters(subject);
await measureStats(subject, events);
await measureSingles(subject, events);
if (subject.client) await compareWithClient(subject, subject.client, events + SINGLES);
await subject.close();
