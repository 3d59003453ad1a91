/** Formats a timestamp for people in a zone: `2025-01-01 12:00:00.5`. The digits of the fraction are those of the event. */
export function formatTime(timestamp: string, timeZone: string): string {
  if (timeZone === 'UTC') return timestamp.replace('T', ' ').replace('Z', '');
  const fraction = /\.\d+/.exec(timestamp)?.[0] ?? '';
  return formatterOf(timeZone).format(new Date(timestamp)) + fraction;
}

/** Formats an instant for people, to the second or, where it is on one, to the minute or the day. */
export function formatInstant(ms: number, timeZone: string): string {
  const text = formatterOf(timeZone).format(new Date(ms));
  return text.replace(/ 00:00:00$/, '').replace(/:00$/, '');
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  // Swedish writes dates in the order of ISO 8601.
  const formatter =
    formatters.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  formatters.set(timeZone, formatter);
  return formatter;
}
