import { isatty } from 'node:tty';

const STANDARD_STREAMS = [0, 1, 2];

/**
 * Has a function called for each SIGHUP in place of what Node does, which is to end. A terminal that is closed sends the
 * same signal to what was started in it: then the other function is called, once, or the server would run on unseen.
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
