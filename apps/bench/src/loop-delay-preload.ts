/*
 * Loaded into a server before it starts (`--import`): any message asks for the 99th percentile, in milliseconds, of how
 * late its event loop was.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
process.on('message', () => {
  process.send?.(delay.percentile(99) / 1e6);
});
process.channel?.unref(); // the server stops as it always does
