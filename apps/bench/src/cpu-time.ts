import { type LoadPlan, putUnderLoad } from './load.ts';
import { nextMessageOf } from './processes.ts';
import type { StartedServer } from './servers.ts';

/** Options of a server whose CPU time is measured. */
export const CPU_TIME_OPTIONS: { readonly nodeOptions: readonly string[] } = {
  nodeOptions: ['--import', new URL('./cpu-time-preload.ts', import.meta.url).href],
};

/**
 * Measures the CPU time of a server per response, in microseconds, of all its threads, user and system. Unlike throughput, it
 * hardly depends on what else the machine does.
 */
export async function cpuPerResponse(server: StartedServer, plan: Omit<LoadPlan, 'port'>): Promise<number> {
  const load = { ...plan, port: server.port };
  await putUnderLoad({ ...load, warmUpMs: 0, loadMs: plan.warmUpMs });
  const before = await cpuTimeOf(server);
  const { responsesPerSecond } = await putUnderLoad({ ...load, warmUpMs: 0 });
  return ((await cpuTimeOf(server)) - before) / ((responsesPerSecond * plan.loadMs) / 1_000);
}

async function cpuTimeOf({ process: child }: StartedServer): Promise<number> {
  const reply = nextMessageOf<number>(child, 'the server');
  child.send('cpu');
  return reply;
}
