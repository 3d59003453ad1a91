/*
 * Loaded into a server before it starts (`--import`). Responds to any message with the 99th percentile of the event-loop delay, in
 * milliseconds.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
process.on('message', () => {
  process.send?.(delay.percentile(99) / 1e6);
});
process.channel?.unref(); // so that the channel does not keep the server running
