/** Whether a text can be in the database at all: core lets no other in, and PostgreSQL takes no other as a value. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}
