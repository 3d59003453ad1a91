/** Parses an integer of any size in base 36 (digits and lower-case letters). */
export function parseBase36(text: string): bigint {
  let value = 0n;
  for (const digit of text) value = value * 36n + BigInt(Number.parseInt(digit, 36));
  return value;
}
