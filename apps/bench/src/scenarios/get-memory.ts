import type { Event } from '@event-tracker/core';
import type { Effort } from '../effort.ts';
import { linesFrom } from '../events.ts';
import { interleave } from '../interleave.ts';
import { putUnderLoad, requestOf } from '../load.ts';
import type { Scenario } from '../scenario.ts';
import { startLimit, startTracker } from '../servers.ts';
import { postLines } from '../tracker-client.ts';

export const getMemory: Scenario = {
  name: 'get-memory',
  measure: async (effort) => {
    const tracker = await startTracker('memory:');
    const ids = await postLines(tracker.port, linesFrom(0, effort.few));
    const response = await fetch(`http://127.0.0.1:${tracker.port}/events/${ids[0]}`);
    const bare = await startLimit('get-server.ts', { env: { BODY: JSON.stringify((await response.json()) as Event) } });
    const requests = ids.map((id) => requestOf('GET', `/events/${id}`));
    const { ours, limit } = await interleave(
      effort.rounds,
      () => getsPerSecond(tracker.port, requests, effort),
      () => getsPerSecond(bare.port, requests, effort),
    );
    await Promise.all([tracker.stop(), bare.stop()]);
    return [
      {
        what: 'single GET by id, memory, 64 connections',
        ours,
        other: { what: 'bare node:http with a ready string', figures: limit },
        unit: 'requests/s',
      },
    ];
  },
};

async function getsPerSecond(port: number, requests: readonly Uint8Array[], { warmUpMs, loadMs }: Effort) {
  return (await putUnderLoad({ port, requests, connections: 64, warmUpMs, loadMs })).responsesPerSecond;
}
