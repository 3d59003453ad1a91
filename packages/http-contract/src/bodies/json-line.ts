/** Writes a value as JSON that ends with a newline, as every JSON response does: a terminal shows its prompt on a new line. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
