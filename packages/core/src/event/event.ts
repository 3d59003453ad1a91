/** Any value that JSON (RFC 8259) can represent. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** A JSON object; its members keep the order in which they were written. */
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/** A UUID (RFC 9562) in lower case, `8-4-4-4-12` hexadecimal digits. */
export type EventId = string;

/** An event as a client submits it. */
export interface NewEvent<Type extends string = string, Payload = JsonObject> {
  /** A UUID chosen by the client, which makes retries safe. Default: the tracker creates one. */
  readonly id?: EventId | undefined;
  /** 1 to 255 code points without control characters. */
  readonly event_type: Type;
  /** When it happened: RFC 3339 with a zone, up to nine fraction digits. */
  readonly timestamp: string;
  /** Details of the event: any JSON object. */
  readonly payload: Payload;
}

/** An event as stored: deeply frozen, with its members in this order. */
export interface Event<Type extends string = string, Payload = JsonObject> {
  readonly id: EventId;
  readonly event_type: Type;
  /** In UTC with `Z`, the fraction without trailing zeros: `2025-01-01T12:00:00.5Z`. */
  readonly timestamp: string;
  readonly payload: Payload;
}
