import { expect, vi } from 'vitest';
import { get } from './client.ts';

/** A sample, as Prometheus stores it. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Returns the metrics of a server, in the text format of Prometheus. */
export async function scrape(url: string): Promise<readonly Sample[]> {
  const response = await get(`${url}/metrics`);
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'text/plain; version=0.0.4; charset=utf-8',
  ]);
  return response.text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(parseSample);
}

/** Returns the sum of all samples of a name that have these labels. */
export function sumOf(samples: readonly Sample[], name: string, labels: Sample['labels'] = {}): number {
  const found = samples.filter(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  );
  return found.reduce((sum, { value }) => sum + value, 0);
}

/** Waits until the bodies of the running requests have a number of bytes in total. */
export async function untilBodyBytes(url: string, bytes: number): Promise<void> {
  await vi.waitFor(async () => expect(sumOf(await scrape(url), 'event_tracker_body_bytes_in_flight')).toBe(bytes), {
    timeout: 10_000,
  });
}

function parseSample(line: string): Sample {
  const [, name = '', labels = '', value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  if (value === undefined) throw new Error(`no sample: ${line}`);
  const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', text = '']) => [label, text]);
  return { name, labels: Object.fromEntries(pairs), value: Number(value) };
}
