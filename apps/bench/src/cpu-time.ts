import { type LoadPlan, putUnderLoad } from './load.ts';
import { nextMessageOf } from './processes.ts';
import type { StartedServer } from './servers.ts';

/** Options of a server whose CPU time is measured. */
export const CPU_TIME_OPTIONS: { readonly nodeOptions: readonly string[] } = {
  nodeOptions: ['--import', new URL('./cpu-time-preload.ts', import.meta.url).href],
};

/** Requests of which the CPU time is measured. */
export type CountedLoad = Pick<LoadPlan, 'requests' | 'connections'> & {
  readonly responses: number;
  /** The requests before those that are measured. Default: the same. */
  readonly warmUp?: readonly Uint8Array[];
};

/**
 * Measures the CPU time of a server per response, in microseconds, of all its threads, user and system. Unlike throughput, it
 * depends little on what else the machine does. The same load, or `warmUp`, has run before, so that the code is compiled.
 */
export async function cpuPerResponse(server: StartedServer, { warmUp, ...load }: CountedLoad): Promise<number> {
  const plan = { ...load, port: server.port, warmUpMs: 0, loadMs: 0 };
  await putUnderLoad({ ...plan, requests: warmUp ?? load.requests });
  const before = await cpuTimeOf(server);
  await putUnderLoad(plan);
  return ((await cpuTimeOf(server)) - before) / load.responses;
}

/** Returns the CPU time that a server has used, in microseconds. Requires `CPU_TIME_OPTIONS`. */
export async function cpuTimeOf({ process: child }: StartedServer): Promise<number> {
  const reply = nextMessageOf<number>(child, 'the server');
  child.send('cpu');
  return reply;
}
