/** True if a text matches an SQL LIKE pattern. */
export function isLike(text: string, pattern: string): boolean {
  const parts = [...pattern].map((character) => {
    if (character === '%') return '.*';
    return character === '_' ? '.' : `\\u{${character.codePointAt(0)?.toString(16)}}`;
  });
  return new RegExp(`^${parts.join('')}$`, 'u').test(text);
}
