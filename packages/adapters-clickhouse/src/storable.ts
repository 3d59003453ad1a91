/** Whether an event can hold a text: core lets no other in, and half a character would be sent as another one. */
export function isStorable(value: string): boolean {
  return value.isWellFormed() && !value.includes('\0');
}
