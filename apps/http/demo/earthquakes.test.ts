import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Event } from '@event-tracker/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type StartedServer, startServer } from '../test/support/start-server.ts';

// Computes the expected results from the file, without code of the demo.

interface Feature {
  readonly id: string;
  readonly properties: { readonly type: string; readonly mag: number; readonly place: string; readonly time: number };
  readonly geometry: { readonly coordinates: readonly number[] };
}

const DEMO = join(import.meta.dirname, 'earthquakes.ts');
const DATA = gunzipSync(readFileSync(join(import.meta.dirname, 'earthquakes.json.gz')));
const features: readonly Feature[] = JSON.parse(DATA.toString()).features;

let server: StartedServer;
beforeAll(async () => {
  server = await startServer();
}, 30_000);
afterAll(() => server.stop());

test('stores all earthquakes once in any number of runs, and prints the results', async () => {
  const responses = [
    ...['', 'How many earthquakes were there on 6 February 2018?', `  ${earthquakesOf('2018-02-06')}`],
    ...['', 'Which was the strongest of the week?', strongest()],
    ...['', 'Which were the last three quarry blasts before 6 February, the latest first?', ...lastQuarryBlasts()],
  ];
  expect(await runDemo(server.url)).toEqual({
    code: 0,
    lines: ['Submitted a week of earthquakes: 1707 stored, 0 were there already.', ...responses],
    errors: '',
  });
  expect(await runDemo(server.url)).toEqual({
    code: 0,
    lines: ['Submitted a week of earthquakes: 0 stored, 1707 were there already.', ...responses],
    errors: '',
  });

  const stored = (await (await fetch(`${server.url}/events`)).json()) as Event[];
  expect(stored.map(({ payload }) => payload)).toEqual(features.toSorted(byTime));
  expect(stored.map(({ timestamp }) => Date.parse(timestamp))).toEqual(
    features.toSorted(byTime).map(({ properties }) => properties.time),
  );
}, 30_000);

test('prints one line if no server responds', async () => {
  const url = await unusedUrl();
  expect(await runDemo(url)).toEqual({
    code: 1,
    lines: [],
    errors: `No server responds at ${url}/events. Start one with: npm start\n`,
  });
}, 30_000);

/** Runs the demo. Returns its output without the lines that show a request. */
async function runDemo(url: string): Promise<{ code: unknown; lines: string[]; errors: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [DEMO, url], (error, stdout, errors) => {
      const lines = stdout.split('\n').filter((line) => !line.startsWith('  GET '));
      resolve({ code: error ? error.code : 0, lines: lines.slice(0, -1), errors });
    });
  });
}

function earthquakesOf(day: string): number {
  return features.filter(
    ({ properties: { type, time } }) => type === 'earthquake' && new Date(time).toISOString().startsWith(day),
  ).length;
}

function strongest(): string {
  const magnitude = Math.max(...features.map(({ properties }) => properties.mag));
  const found = features.filter(({ properties }) => properties.mag === magnitude);
  expect(found).toHaveLength(1);
  return found.map(describe).join();
}

function lastQuarryBlasts(): string[] {
  return features
    .filter(({ properties: { type, time } }) => type === 'quarry blast' && time < Date.UTC(2018, 1, 6))
    .sort(byTime)
    .slice(-3)
    .reverse()
    .map(describe);
}

function describe({ properties: { mag, place, time }, geometry }: Feature): string {
  const timestamp = new Date(time).toISOString().replace(/\.?0*Z$/, 'Z');
  return `  ${timestamp}  magnitude ${mag}, ${place}, ${geometry.coordinates.at(2)} km deep`;
}

function byTime(a: Feature, b: Feature): number {
  return a.properties.time - b.properties.time;
}

/** Returns the address of a server that has just ended. */
async function unusedUrl(): Promise<string> {
  const ended = createServer();
  await new Promise<void>((resolve) => ended.listen(0, '127.0.0.1', resolve));
  const address = ended.address();
  await new Promise((resolve) => ended.close(resolve));
  if (typeof address !== 'object' || !address) throw new Error('a server over TCP has a port');
  return `http://127.0.0.1:${address.port}`;
}
