import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import pino from 'pino';
import { expect, test } from 'vitest';
import { createEventTrackerClient } from '../src/index.ts';
import createPinoTransport from '../src/pino/index.ts';
import { useServer } from './support/server.ts';

const server = useServer();

async function stored(event_type: string) {
  const found: unknown[] = [];
  for await (const { payload } of createEventTrackerClient({ url: server.url }).query({ event_type }))
    found.push(payload);
  return found;
}

test('a transport of pino, in its worker, stores every line before it closes', async () => {
  const transport = pino.transport({
    target: fileURLToPath(new URL('../src/pino/index.ts', import.meta.url)),
    options: { url: server.url, eventType: 'line' },
    worker: { execArgv: ['--conditions=x-src'] }, // the packages of the workspace, from source
  });
  const logger = pino({ base: { service: 'shop' } }, transport);
  for (let n = 0; n < 1_000; n++) logger.info({ n }, 'counted');
  logger.warn({ event_type: 'line.special' }, 'a type');
  transport.end();
  await once(transport, 'close');
  const lines = await stored('line');
  expect(lines).toHaveLength(1_000);
  expect(lines).toContainEqual({ level: 30, service: 'shop', n: 999, msg: 'counted' });
  expect(await stored('line.special')).toEqual([{ level: 40, service: 'shop', msg: 'a type' }]);
});

test('lines that arrive in pieces are stored, and others are reported on stderr', async () => {
  const reported: string[] = [];
  const { write } = process.stderr;
  process.stderr.write = (text) => reported.push(String(text)) > 0;
  try {
    const transport = createPinoTransport({ url: server.url, eventType: 'piece' });
    for (const piece of ['{"time":0,"n', '":1}\nnot JSON\n{"time":0,"n":2}\n{"time":"x"}\n', '{"time":0,"n":3}'])
      transport.write(piece);
    transport.end();
    await once(transport, 'close');
  } finally {
    process.stderr.write = write;
  }
  expect(await stored('piece')).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  expect(reported).toEqual([
    expect.stringMatching(/^event-tracker: a log line was not stored: .*: not JSON\n$/),
    expect.stringMatching(/^event-tracker: .*\/timestamp: expected RFC 3339.*: {"time":"x"}\n$/),
  ]);
});
