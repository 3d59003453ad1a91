import { execFile, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { get } from '../support/client.ts';
import { openConnection } from '../support/connection.ts';
import { blocksIn } from '../support/documents.ts';
import { newEvent, postEvent } from '../support/events.ts';
import { type Sample, scrape, untilBodyBytes } from '../support/scrape.ts';
import { useServer } from '../support/use-server.ts';
import { type PromMatcher, type PromQuery, type PromSelector, readPromQuery } from './promql.ts';

/* Compares the dashboard and the alerts with the metrics of a server. */

const FOLDER = join(import.meta.dirname, '../../monitoring');
/** The labels that Prometheus adds to each sample of a server. */
const TARGET_LABELS = ['job', 'instance'];
/** The metrics that Prometheus creates for a server. */
const UP: Sample = { name: 'up', labels: {}, value: 1 };

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface Panel {
  readonly title: string;
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
}

const { groups } = parse(read('prometheus-alerts.yaml')) as { groups: readonly { rules: readonly Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(read('grafana-dashboard.json')) as {
  panels: readonly Panel[];
  templating: { list: readonly { name: string; query: string }[] };
};
const targets = dashboard.panels.flatMap(({ title, targets }) => targets.map((target) => ({ title, ...target })));

const folder = mkdtempSync(join(tmpdir(), 'event-tracker-monitoring-'));
afterAll(() => rmSync(folder, { recursive: true }));
const server = useServer({ env: { EVENT_STORE: `sqlite:${folder}/events.sqlite`, MAX_INFLIGHT_BODY_BYTES: '500' } });
const schemas = join(folder, 'schemas');
mkdirSync(schemas);
writeFileSync(join(schemas, 'never.json'), 'false');
const fullServer = useServer({ env: { MEMORY_MAX_EVENTS: '1', SCHEMAS: schemas } });

let samples: readonly Sample[] = [];
beforeAll(async () => {
  const event = { id: randomUUID(), ...newEvent('a') };
  for (const payload of [{}, { other: true }]) await postEvent(server.url, { ...event, payload });
  const upload = await openConnection(server.url);
  upload.write(
    'POST /events HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n',
    ' '.repeat(400),
  );
  await untilBodyBytes(server.url, 400);
  expect((await postEvent(server.url, event)).status).toBe(503);
  upload.socket.destroy();
  await get(`${server.url}/events`);
  await get(`${server.url}/events/${event.id}`);
  expect((await postEvent(fullServer.url, newEvent('never'))).status).toBe(400);
  await postEvent(fullServer.url, newEvent('a'));
  expect((await postEvent(fullServer.url, newEvent('a'))).status).toBe(503); // a failed call of the store
  samples = [UP, ...(await scrape(server.url)), ...(await scrape(fullServer.url))];
});

describe('an alert', () => {
  test.each(rules)('$alert uses existing metrics', ({ expr }) => {
    expectDescribed(readPromQuery(expr));
  });

  test.each(rules)('$alert has a severity, a description and a runbook link', (rule) => {
    expect(['page', 'ticket']).toContain(rule.labels.severity);
    expect(rule.annotations.summary).toContain('$labels.instance');
    expect(rule.annotations.runbook).toBe(`docs/operate/runbook.md#${rule.alert.toLowerCase()}`);
  });

  test('has a unique name', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });

  const hasPromtool = spawnSync('promtool', ['--version']).error === undefined;
  test.skipIf(!hasPromtool)('fires when expected, checked with promtool', async () => {
    const promtool = (...args: string[]) => promisify(execFile)('promtool', args, { cwd: FOLDER });
    await promtool('check', 'rules', 'prometheus-alerts.yaml');
    await promtool('test', 'rules', 'prometheus-alerts.test.yaml');
  });

  test.skipIf(!hasPromtool)('is loaded by the configuration of docs/operate/monitoring.md', async () => {
    const [config = ''] = blocksIn('docs/operate/monitoring.md', 'Metrics', 'yaml');
    const key = join(folder, 'key');
    writeFileSync(key, 'etk_test');
    writeFileSync(join(folder, 'prometheus.yaml'), config.replace('/etc/prometheus/event-tracker-key', key));
    copyFileSync(join(FOLDER, 'prometheus-alerts.yaml'), join(folder, 'prometheus-alerts.yaml'));
    const { stdout } = await promisify(execFile)('promtool', ['check', 'config', 'prometheus.yaml'], { cwd: folder });
    expect(stdout).toContain(`${rules.length} rules found`);
    for (const [, job] of [...JSON.stringify(groups).matchAll(/job=\\?"([^"\\]+)/g)])
      expect(config).toContain(`job_name: ${job}\n`);
  });

  test('is tested', () => {
    const cases = parse(read('prometheus-alerts.test.yaml')) as {
      tests: readonly { alert_rule_test: readonly { alertname: string; exp_alerts: readonly unknown[] }[] }[];
    };
    const names = rules.map(({ alert }) => alert);
    expect(cases.tests.map((one) => one.alert_rule_test.map(({ alertname }) => alertname))).toEqual([names, names]);
  });
});

describe('the dashboard', () => {
  test.each(targets)('$title: uses existing metrics: $expr', ({ expr, legendFormat }) => {
    const query = readPromQuery(expr.replaceAll('$__rate_interval', '5m'));
    expectDescribed(query);
    for (const { matchers } of query.selectors)
      expect(matchers.map(({ label, value }) => `${label}:${value}`)).toEqual(
        expect.arrayContaining(['job:$job', 'instance:$instance']),
      );
    const shown = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label);
    const labels = query.groupedBy.length > 0 ? query.groupedBy : [...TARGET_LABELS];
    expect(labels).toEqual(expect.arrayContaining(shown));
  });

  test('has variables of existing labels', () => {
    const asked = dashboard.templating.list.flatMap(({ query }) => /^label_values\((\w+)/.exec(query)?.[1] ?? []);
    expect(asked).toHaveLength(2);
    expect(samples.map(({ name }) => name)).toEqual(expect.arrayContaining(asked));
  });

  test('shows every metric of the tracker', () => {
    const shown = new Set(targets.flatMap(({ expr }) => expr.match(/event_tracker_\w+/g) ?? []).map(familyOf));
    const exposed = new Set(
      samples.map(({ name }) => familyOf(name)).filter((name) => name.startsWith('event_tracker_')),
    );
    expect([...shown].sort()).toEqual([...exposed].sort());
  });
});

/** Expects that the metrics and labels of a query exist. */
function expectDescribed({ selectors, groupedBy }: PromQuery): void {
  expect(selectors.length).toBeGreaterThan(0);
  const labels = new Set(TARGET_LABELS);
  for (const selector of selectors) {
    const found = samples.filter((sample) => isSelected(sample, selector));
    expect(found.length, `samples of ${JSON.stringify(selector)}`).toBeGreaterThan(0);
    for (const label of Object.keys(found[0]?.labels ?? {})) labels.add(label);
  }
  expect([...labels]).toEqual(expect.arrayContaining([...groupedBy]));
}

function isSelected({ name, labels }: Sample, { metric, matchers }: PromSelector): boolean {
  const ours = matchers.filter(({ label }) => !TARGET_LABELS.includes(label));
  return name === metric && ours.every((matcher) => isMatched(labels[matcher.label], matcher));
}

function isMatched(actual: string | undefined, { operator, value }: PromMatcher): boolean {
  if (actual === undefined) return false; // an unknown label is an error in the query
  const isEqual = operator.endsWith('~') ? new RegExp(`^(?:${value})$`).test(actual) : actual === value;
  return operator.startsWith('!') ? !isEqual : isEqual;
}

/** Returns the metric of a sample: a histogram has samples of several names. */
function familyOf(name: string): string {
  return name.replace(/_(bucket|sum|count)$/, '');
}

function read(file: string): string {
  return readFileSync(join(FOLDER, file), 'utf8');
}
