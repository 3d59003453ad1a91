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

/** Sets a member of a new object. As in an object of `JSON.parse`, `__proto__` is a member like any other. */
export function setMember(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  else object[name] = value;
}

/** Returns an object without some of its members. */
export function omit(record: JsonRecord, names: ReadonlySet<string>): Record<string, unknown> {
  const rest: Record<string, unknown> = {};
  for (const name of Object.keys(record)) if (!names.has(name)) setMember(rest, name, record[name]);
  return rest;
}
