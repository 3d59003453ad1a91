import type { Event } from '@event-tracker/core';
import { describe, expect, test } from 'vitest';
import { anEvent } from '../test/events.ts';
import { decideAppends } from './decide-appends.ts';

const NONE: ReadonlyMap<string, Event> = new Map();
const [a, b, c] = [anEvent(), anEvent(), anEvent()];
const otherA = { ...a, payload: { other: true } };

describe('decideAppends', () => {
  test('stores what is new, once', () => {
    const { outcomes, fresh } = decideAppends(
      [
        [a, b, a],
        [b, c],
      ],
      NONE,
    );
    expect(outcomes).toEqual([
      { results: [stored(a), stored(b), duplicate(a)] },
      { results: [duplicate(b), stored(c)] },
    ]);
    expect(fresh).toEqual([a, b, c]);
  });

  test('answers duplicates with the event that is stored', () => {
    const reordered = { ...a, payload: { x: 1, y: 2 } };
    const standing = { ...a, payload: { y: 2, x: 1 } };
    const { outcomes, fresh } = decideAppends([[reordered]], new Map([[a.id, standing]]));
    expect(outcomes).toEqual([{ results: [duplicate(standing)] }]);
    expect(fresh).toEqual([]);
  });

  test('refuses the calls that are in conflict, with what is stored, with each other or in themselves, and no others', () => {
    const conflict = { error: expect.objectContaining({ code: 'event_id_conflict', ids: [a.id] }) };
    const inItself = { error: expect.objectContaining({ ids: [b.id] }) };
    const otherB = { ...b, event_type: 'other' };
    const { outcomes, fresh } = decideAppends([[b, otherB], [a, b], [otherA, c], [c]], NONE);
    expect(outcomes).toEqual([inItself, { results: [stored(a), stored(b)] }, conflict, { results: [stored(c)] }]);
    expect(fresh).toEqual([a, b, c]);
    expect(decideAppends([[c, otherA]], new Map([[a.id, a]]))).toEqual({ outcomes: [conflict], fresh: [] });
  });
});

const stored = (event: Event) => ({ event, stored: true });
const duplicate = (event: Event) => ({ event, stored: false });
