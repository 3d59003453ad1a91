import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Effort } from './effort.ts';
import { interleave } from './interleave.ts';
import { nextMessageOf, startProcess } from './processes.ts';
import type { SideRequest } from './side.ts';

const SIDE_PROCESS = fileURLToPath(new URL('./side-process.ts', import.meta.url));

/** A side that is open in another process. */
interface OpenedSide {
  measure(): Promise<number>;
  close(): Promise<void>;
}

/** Opens one side of a module in a separate process. */
export async function openSide(request: SideRequest): Promise<OpenedSide> {
  const child = startProcess([SIDE_PROCESS], { nodeOptions: ['--expose-gc'], core: 'server' });
  const exchange = async (message: SideRequest | 'measure'): Promise<unknown> => {
    const response = nextMessageOf<unknown>(child, `${request.side} of ${request.module}`);
    child.send(message);
    return response;
  };
  await exchange(request);
  return {
    measure: async () => Number(await exchange('measure')),
    close: async () => {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

/** Measures both sides of a module in turn, each in a separate process. */
export async function compareSides(module: string, effort: Effort, subject = '') {
  const sides = await Promise.all(
    (['ours', 'limit'] as const).map((side) => openSide({ module, side, effort, subject })),
  );
  try {
    const [ours, limit] = sides as [OpenedSide, OpenedSide];
    return await interleave(effort.rounds, ours.measure, limit.measure);
  } finally {
    await Promise.all(sides.map((side) => side.close()));
  }
}
