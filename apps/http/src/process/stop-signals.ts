/** A terminal sends Ctrl-C to npm and to the server, and npm passes its own on: two in a blink are one. */
const SAME_INTERRUPT_MS = 500;

/** Has a function called for each SIGTERM and SIGINT in place of what Node does. */
export function onStopSignal(stop: (signal: NodeJS.Signals) => void): void {
  process.on('SIGTERM', stop);

  let interruptedAt = Number.NEGATIVE_INFINITY;
  process.on('SIGINT', () => {
    const isRepeated = performance.now() - interruptedAt < SAME_INTERRUPT_MS;
    interruptedAt = performance.now();
    if (!isRepeated) stop('SIGINT');
  });
}
