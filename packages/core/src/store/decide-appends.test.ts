import { describe, expect, test } from 'vitest';
import { type Random, withRandom } from '../../test/random.ts';
import { type BatchDecision, decideAppends, decideAppendsInSlices } from './decide-appends.ts';

interface Item {
  readonly id: string;
  readonly content: string;
}

const isSame = (a: Item, b: Item): boolean => a.content === b.content;
const item = (id: string, content: string): Item => ({ id, content });
const NONE: ReadonlyMap<string, Item> = new Map();

/** Implements the port's comment literally: appends one batch after the other to a copy of all stored events. */
function decideByCopying(batches: readonly (readonly Item[])[], known: ReadonlyMap<string, Item>) {
  let standing = new Map(known);
  const outcomes = batches.map((batch): BatchDecision<Item> => {
    const after = new Map(standing);
    const conflicts: string[] = [];
    const results = batch.map((event) => {
      const stored = after.get(event.id);
      if (stored && stored.content !== event.content && !conflicts.includes(event.id)) conflicts.push(event.id);
      if (!stored) after.set(event.id, event);
      return { event: stored ?? event, stored: !stored };
    });
    if (conflicts.length > 0) return { conflicts };
    standing = after;
    return { results };
  });
  return { outcomes, fresh: [...standing.values()].filter(({ id }) => !known.has(id)) };
}

type Case = readonly [batches: readonly (readonly Item[])[], known: ReadonlyMap<string, Item>];

/** True if a decision differs from the port's comment, or would store other events, or an event twice. */
function isWrong([batches, known]: Case): boolean {
  const expected = decideByCopying(batches, known);
  const { outcomes, fresh } = decideAppends(batches, known, isSame);
  const given = batches.flat();
  return (
    JSON.stringify(outcomes) !== JSON.stringify(expected.outcomes) ||
    fresh.length !== expected.fresh.length ||
    // The given objects, not equal ones.
    !expected.fresh.every((event) => fresh.includes(event) && given.includes(event))
  );
}

describe('decideAppends', () => {
  test('stores new events once, in the given order', () => {
    const [a, b, c] = [item('a', '1'), item('b', '1'), item('c', '1')];
    const { outcomes, fresh } = decideAppends(
      [
        [b, a, b],
        [a, c],
      ],
      NONE,
      isSame,
    );
    expect(outcomes).toEqual([
      { results: [stored(b), stored(a), duplicate(b)] },
      { results: [duplicate(a), stored(c)] },
    ]);
    expect(fresh).toEqual([b, a, c]);
  });

  test('returns the stored event for a duplicate', () => {
    const [standing, given] = [item('a', '1'), item('a', '1')];
    const { outcomes } = decideAppends([[given]], new Map([['a', standing]]), isSame);
    const [outcome] = outcomes;
    expect(outcome && 'results' in outcome && outcome.results[0]?.event).toBe(standing);
  });

  test('ignores the events and ids of a batch in conflict for later batches', () => {
    const [a1, a2, b1] = [item('a', '1'), item('a', '2'), item('b', '1')];
    expect(decideAppends([[a1, b1], [a2]], new Map([['b', item('b', '2')]]), isSame)).toEqual({
      outcomes: [{ conflicts: ['b'] }, { results: [stored(a2)] }],
      fresh: [a2],
    });
  });

  test('agrees with the port for up to three batches of up to two events of two ids and two contents', () => {
    const items = ['a', 'b'].flatMap((id) => ['1', '2'].map((content) => item(id, content)));
    const batches = [[], ...items.map((one) => [one]), ...items.flatMap((one) => items.map((two) => [one, two]))];
    const known = [NONE, new Map([['a', item('a', '1')]])];
    const cases = batches.flatMap((one) =>
      batches.flatMap((two) => batches.flatMap((three) => known.map((of): Case => [[one, two, three], of]))),
    );
    expect(cases).toHaveLength(21 ** 3 * 2);
    expect(cases.find(isWrong)).toBeUndefined();
  });

  test('agrees with the port for random batches, also in slices', async () => {
    const cases: Case[] = [];
    withRandom((random) => {
      for (let round = 0; round < 2_000; round++) {
        const known = new Map(someItems(random, 4).map((one): [string, Item] => [one.id, one]));
        cases.push([Array.from({ length: random.below(8) }, () => someItems(random, 6)), known]);
      }
      expect(cases.find(isWrong)).toBeUndefined();
    });
    for (const [batches, known] of cases.slice(0, 100)) {
      expect(await decideAppendsInSlices(batches, known, isSame)).toEqual(decideAppends(batches, known, isSame));
    }
  });
});

describe('decideAppendsInSlices', () => {
  test('lets other work run while it decides', async () => {
    const slow = (a: Item, b: Item): boolean => {
      for (const until = performance.now() + 1; performance.now() < until; );
      return isSame(a, b);
    };
    const a = item('a', '1');
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await decideAppendsInSlices([Array.from({ length: 60 }, () => a)], NONE, slow);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(2);
  });
});

const stored = (event: Item) => ({ event, stored: true });
const duplicate = (event: Item) => ({ event, stored: false });

function someItems(random: Random, most: number): readonly Item[] {
  return Array.from({ length: random.below(most + 1) }, () =>
    item(random.pick(['a', 'b', 'c', 'd', 'e']), random.pick(['1', '2', '3'])),
  );
}
