import type { Event, JsonObject, JsonValue, NewEvent } from './event.ts';

/*
 * Types of events by their `event_type`. They have no meaning at run time: a tracker whose types are known calls the same code as
 * any other.
 */

/** The payload of each event type. Payloads can be interfaces. */
export interface AnyEvents {
  readonly [event_type: string]: JsonObject;
}

/** The names of the event types. */
export type EventTypeOf<Events> = keyof Events & string;

/** An event as stored: one of the given types, so that `event_type` determines the type of `payload`. */
export type EventOf<Events, Type extends EventTypeOf<Events> = EventTypeOf<Events>> = {
  [T in Type]: Event<T, Events[T]>;
}[Type];

/** An event to submit: one of the given types. */
export type NewEventOf<Events, Type extends EventTypeOf<Events> = EventTypeOf<Events>> = {
  [T in Type]: NewEvent<T, Events[T]>;
}[Type];

/** True if the event types are not known. */
type IsAny<Events> = string extends EventTypeOf<Events> ? true : false;

/** The parameter of `submit`. Without known types, the type of the payload is that of the argument, which must be JSON. */
export type SubmitInput<Events, Type extends EventTypeOf<Events>, Payload> =
  IsAny<Events> extends true ? NewEvent<Type, Payload & JsonPayload<Payload>> : NewEvent<Type, Events[Type]>;

/** The result of `submit`. Without known types, the payload is any JSON object. */
export type SubmittedEvent<Events, Type extends EventTypeOf<Events>> =
  IsAny<Events> extends true ? Event : EventOf<Events, Type>;

/** The events that a query finds: those of its types, or all if it also has prefixes of types. */
export type FoundEvent<Events, Type extends EventTypeOf<Events>, Prefix> =
  IsAny<Events> extends true ? Event : [Prefix] extends [undefined] ? EventOf<Events, Type> : EventOf<Events>;

/** The elements of a list to submit. */
export type SubmitElement<Events> = IsAny<Events> extends true ? unknown : NewEventOf<Events>;

/** Constrains payload types to JSON. The type of a member that is not JSON is a text with what to do. */
export type JsonPayloads<Events> = { [Type in keyof Events]: JsonPayload<Events[Type]> };

/** `Payload` if it is a JSON object, otherwise a type to which it is not assignable, and whose text is the reason. */
type JsonPayload<Payload> = Payload extends JsonObject
  ? Payload
  : Payload extends readonly unknown[]
    ? 'a payload is an object'
    : JsonMembers<Payload>;

type JsonMembers<T> = {
  [Name in keyof T]: Json<
    undefined extends T[Name]
      ? Partial<Pick<T, Name>> extends Pick<T, Name>
        ? Exclude<T[Name], undefined>
        : T[Name]
      : T[Name]
  >;
};

/** `T` if it is JSON, otherwise a message. An interface is JSON if its members are. */
type Json<T> = T extends JsonValue
  ? T
  : T extends undefined
    ? 'undefined is not JSON: leave the member out, or use null'
    : T extends Date
      ? 'a Date is not JSON: use date.toISOString()'
      : T extends bigint
        ? 'a bigint is not JSON: use a number or a string'
        : T extends (...args: never) => unknown
          ? 'a function is not JSON'
          : T extends symbol
            ? 'a symbol is not JSON'
            : T extends ReadonlyMap<unknown, unknown>
              ? 'a Map is not JSON: use Object.fromEntries(map)'
              : T extends ReadonlySet<unknown>
                ? 'a Set is not JSON: use [...set]'
                : T extends object
                  ? JsonMembers<T>
                  : 'unknown is not JSON: narrow the type';
