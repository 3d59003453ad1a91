import type { View } from './address.ts';

/** Begins the types of quarantined events. */
const PREFIX = 'quarantine.';

/** True if a type is that of quarantined events. */
export function isQuarantineType(eventType: string): boolean {
  return eventType.startsWith(PREFIX);
}

/** Returns a type as a view shows it: in that of quarantined events, the type that the event claims to have. */
export function shownType(eventType: string, view: View): string {
  return view === 'quarantine' && isQuarantineType(eventType) ? eventType.slice(PREFIX.length) : eventType;
}

/** Returns the stored type of events that a view shows as a type, or the beginning of such types. */
export function storedType(shown: string, view: View): string {
  return view === 'quarantine' ? PREFIX + shown : shown;
}
