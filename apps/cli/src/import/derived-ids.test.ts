import { describe, expect, test } from 'vitest';
import { createDerivedIds } from './derived-ids.ts';

function idsOf(lines: readonly string[]): readonly string[] {
  return lines.map(createDerivedIds());
}

describe('createDerivedIds', () => {
  test('returns the same ids for the same lines', () => {
    // They must never change; otherwise a second import would store every event again.
    expect(idsOf(['a', 'a'])).toEqual(['7361a6f4-b374-845d-aaf8-96ac72887d55', '0a1777f7-9670-80d3-808b-48633b3dcedb']);
  });

  test('returns UUIDs of version 8', () => {
    for (const id of idsOf(Array.from({ length: 100 }, (_, n) => String(n))))
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('returns different ids for equal lines, and after a different line', () => {
    const [first, second] = idsOf(['a', 'a']);
    expect(first).not.toBe(second);
    expect(idsOf(['b', 'a'])[1]).not.toBe(second);
  });

  test('returns the same ids for earlier lines after lines were added', () => {
    expect(idsOf(['a', 'b', 'c']).slice(0, 2)).toEqual(idsOf(['a', 'b']));
  });
});
