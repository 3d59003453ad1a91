/** The idempotency keys that are accepted. */
export const IDEMPOTENCY_KEY = /^[!-~]{1,255}$/;

/** Describes what {@link isIdempotencyKey} accepts. */
export const IDEMPOTENCY_KEY_EXPECTED = 'expected 1 to 255 visible ASCII characters';

export function isIdempotencyKey(text: string): boolean {
  return IDEMPOTENCY_KEY.test(text);
}
