/** Any value that JSON (RFC 8259) can spell. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** A JSON object; its members keep the order in which they were written. */
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/** A UUID (RFC 9562) in lower case, `8-4-4-4-12` hexadecimal digits. */
export type EventId = string;

/** An event as a client submits it. */
export interface NewEvent {
  /** A UUID of the client's own, which makes its retries safe; absent, the tracker makes one. */
  readonly id?: EventId | undefined;
  /** 1 to 255 code points without control characters. */
  readonly event_type: string;
  /** When it happened: RFC 3339 with a zone, up to nine fraction digits. */
  readonly timestamp: string;
  /** What happened: any JSON object the service likes. */
  readonly payload: JsonObject;
}

/** An event as it is stored and read: deeply frozen, its members in this order. */
export interface Event {
  readonly id: EventId;
  readonly event_type: string;
  /** In UTC with `Z`, the fraction without trailing zeros: `2025-01-01T12:00:00.5Z`. */
  readonly timestamp: string;
  readonly payload: JsonObject;
}
