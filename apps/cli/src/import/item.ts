/** An item of a file: what should become one event. */
export interface Item {
  /** Its place in the file, such as `line 7`. */
  readonly place: string;
  /** What the file has there, as far as it is text. Two items with the same content have the same text. */
  readonly text: string;
  /** The value, or why there is none. */
  readonly read: { readonly value: unknown } | { readonly problem: string };
}
