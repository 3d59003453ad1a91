/*
 * A process that measures one side of a comparison. The first message selects the side; each later message requests a figure.
 * The heap is collected before each figure, so that the garbage of the previous round has no effect.
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
