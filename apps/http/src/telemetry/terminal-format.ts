/** Control characters, which a terminal could interpret. */
const CONTROL = /[^\P{Cc}\n]/gu;

/**
 * Formats a log line for a terminal: the time of day, the message, and the rest as `name=value`. A stack keeps its line
 * breaks.
 */
export function formatForTerminal(line: string): string {
  const { level, time, msg, error, ...members } = JSON.parse(line) as Record<string, unknown>;
  const { words, rest } = msg === 'request' ? wordsOfRequest(members) : { words: [msg], rest: members };
  const clock = new Date(Number(time)).toTimeString().slice(0, 8);
  const importance = level === 'warn' || level === 'error' ? [level.toUpperCase()] : [];
  const named = Object.entries(rest).map(([name, value]) => `${name}=${value}`);
  const reason = error === undefined ? '' : `: ${error}`;
  return `${[clock, ...importance, ...words, ...named].join(' ')}${reason}`.replaceAll(CONTROL, '').concat('\n');
}

/** Formats a request, such as `POST /events 201 1.204 ms`; unknown parts are left out. */
function wordsOfRequest({ method, route, status, duration_ms, ...rest }: Record<string, unknown>) {
  const duration = duration_ms === undefined ? undefined : `${duration_ms} ms`;
  return { words: [method, route, status, duration].filter((word) => word !== undefined), rest };
}
