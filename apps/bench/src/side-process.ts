/*
 * A process with one side of a comparison. Its first message says which; each further one asks for a figure. Its heap is
 * collected before each, so that nobody pays for what was left by the round before.
 */
import type { OpenSide, SideRequest } from './side.ts';

process.once('message', async (request: SideRequest) => {
  const { [request.side]: open } = (await import(request.module)) as Record<SideRequest['side'], OpenSide>;
  const side = await open(request.effort, request.subject);
  const measure = (): number | Promise<number> => {
    globalThis.gc?.();
    return side.measure();
  };
  await measure(); // compiles
  process.on('message', async () => {
    process.send?.(await measure());
  });
  process.once('disconnect', async () => {
    await side.close?.();
    process.exit();
  });
  process.send?.('open');
});
