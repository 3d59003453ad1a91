/** A parsed JSON object. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** True for an object that `JSON.parse` returned. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True for a text of at least one character. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
