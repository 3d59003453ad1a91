/** Begins the types of quarantined events. Reserved: no event can be submitted with such a type. */
export const QUARANTINE_PREFIX = 'quarantine.';

/** True if an event type is reserved for quarantined events. */
export function isQuarantineType(eventType: string): boolean {
  return eventType.startsWith(QUARANTINE_PREFIX);
}
