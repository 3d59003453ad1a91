import { isatty } from 'node:tty';

const STANDARD_STREAMS = [0, 1, 2];

/**
 * Calls `reload` on each SIGHUP, on which Node exits by default. A terminal that is closed sends the same signal to its
 * processes: `stop` is then called, once, because the server would otherwise keep running unnoticed.
 */
export function onReloadSignal(reload: () => void, stop: () => void): void {
  const terminals = STANDARD_STREAMS.filter((fd) => isatty(fd));
  let isGone = false;
  process.on('SIGHUP', () => {
    if (terminals.every((fd) => isatty(fd))) return reload();
    if (!isGone) stop();
    isGone = true;
  });
}
