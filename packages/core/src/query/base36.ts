/** Reads a whole number in base 36, digits and lower case letters, of any size. */
export function parseBase36(text: string): bigint {
  let value = 0n;
  for (const digit of text) value = value * 36n + BigInt(Number.parseInt(digit, 36));
  return value;
}
