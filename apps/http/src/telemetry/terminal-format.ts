/** A line of the log as a person likes to read it: the time of day, what it is about, and the rest as name=value. */
export function formatForTerminal(line: string): string {
  const { level, time, msg, ...members } = JSON.parse(line) as Record<string, unknown>;
  const clock = new Date(Number(time)).toTimeString().slice(0, 8);
  const importance = level === 'info' || level === 'debug' ? '' : `${String(level).toUpperCase()} `;
  const { text, rest } = msg === 'request' ? requestText(members) : { text: String(msg), rest: members };
  const named = Object.entries(rest).map(([name, value]) => ` ${name}=${String(value)}`);
  return `${clock} ${importance}${text}${named.join('')}\n`;
}

/** `POST /events 201 1.204 ms`, and what else is known of the request. */
function requestText({ method, route, status, duration_ms, ...rest }: Record<string, unknown>) {
  return { text: `${method} ${route} ${status} ${duration_ms} ms`, rest };
}
