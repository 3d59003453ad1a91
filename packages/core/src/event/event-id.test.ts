import { describe, expect, test } from 'vitest';
import { parseEventId } from './event-id.ts';

describe('parseEventId', () => {
  test.each([
    ['version 1', 'c232ab00-9414-11ec-b3c8-9f6bdeced846'],
    ['version 2', '000003e8-9414-21ec-b300-9f6bdeced846'],
    ['version 3', '5df41881-3aed-3515-88a7-2f4a814cf09e'],
    ['version 4', '919108f7-52d1-4320-9bac-f847db4148a8'],
    ['version 5', '2ed6657d-e927-568b-95e1-2665a8aea6a2'],
    ['version 6', '1ec9414c-232a-6b00-b3c8-9f6bdeced846'],
    ['version 7', '017f22e2-79b0-7cc3-98c4-dc0c0c07398f'],
    ['version 8', '2489e9ad-2ee2-8e00-8ec9-32d5f69181c0'],
    ['no known version or variant', 'abcdef01-2345-f789-0bcd-ef0123456789'],
    ['one above nil', '00000000-0000-0000-0000-000000000001'],
    ['one below max', 'ffffffff-ffff-ffff-ffff-fffffffffffe'],
  ])('returns a UUID of %s in lower case', (_, id) => {
    expect(parseEventId(id)).toBe(id);
    expect(parseEventId(id.toUpperCase())).toBe(id);
    expect(parseEventId(id.slice(0, 18).toUpperCase() + id.slice(18))).toBe(id);
  });

  test.each([
    ['nil', '00000000-0000-0000-0000-000000000000'],
    ['max', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
    ['max in upper case', 'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF'],
    ['an empty text', ''],
    ['a UUID without hyphens', '017f22e279b07cc398c4dc0c0c07398f'],
    ['hyphens in other places', '017f22e27-9b0-7cc3-98c4-dc0c0c07398f'],
    ['a UUID in braces', '{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}'],
    ['a URN', 'urn:uuid:017f22e2-79b0-7cc3-98c4-dc0c0c07398f'],
    ['a digit too few', '017f22e2-79b0-7cc3-98c4-dc0c0c07398'],
    ['a digit too many', '017f22e2-79b0-7cc3-98c4-dc0c0c07398f0'],
    ['a letter that is no digit', '017f22e2-79b0-7cc3-98c4-dc0c0c07398g'],
    ['a full-width digit', '０17f22e2-79b0-7cc3-98c4-dc0c0c07398f'],
    ['a line break at the end', '017f22e2-79b0-7cc3-98c4-dc0c0c07398f\n'],
    ['a space at the start', ' 017f22e2-79b0-7cc3-98c4-dc0c0c07398f'],
  ])('rejects %s', (_, text) => {
    expect(parseEventId(text)).toBeUndefined();
  });
});
