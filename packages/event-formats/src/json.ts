/** A parsed JSON object. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** True for an object that `JSON.parse` returned. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True for a value that is neither missing nor null, which both mean that a member is not set. */
export function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** True for a text of at least one character. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** Returns an object without some of its members. */
export function omit(record: JsonRecord, names: ReadonlySet<string>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.has(name)));
}
