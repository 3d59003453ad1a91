/** For Ctrl-C, a terminal sends SIGINT to npm and to the server, and npm forwards it: signals within this time count as one. */
const SAME_INTERRUPT_MS = 500;

/** Calls a function for each SIGTERM and SIGINT, on which Node would exit. */
export function onStopSignal(stop: (signal: NodeJS.Signals) => void): void {
  process.on('SIGTERM', stop);

  let interruptedAt = Number.NEGATIVE_INFINITY;
  process.on('SIGINT', () => {
    const isRepeated = performance.now() - interruptedAt < SAME_INTERRUPT_MS;
    interruptedAt = performance.now();
    if (!isRepeated) stop('SIGINT');
  });
}
