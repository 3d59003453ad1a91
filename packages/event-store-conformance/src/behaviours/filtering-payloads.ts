import type { Event, JsonObject, JsonValue } from '@event-tracker/core';
import {
  appendBatch,
  type EventStorePort,
  epochNanosecondsOf,
  formatTimestamp,
  type JsonScalar,
  type PayloadCondition,
  type PayloadPath,
} from '@event-tracker/core/store';
import { type EventBuilder, positionOf } from '../event-builder.ts';
import { expectSameEvents, expectSameSet } from '../expectations.ts';
import type { Behaviours } from '../harness.ts';
import { INHERITED_NAMES, TRICKY_TEXTS } from '../random-json.ts';
import { find, ORDERS, readToEnd } from '../reading.ts';
import { storePayloads } from '../stored-payloads.ts';

const NOON = epochNanosecondsOf('2025-01-01T12:00:00Z');

/** Payloads by a description of their value at `v`. */
const VALUES = {
  null: { v: null },
  true: { v: true },
  false: { v: false },
  zero: { v: 0 },
  one: { v: 1 },
  'minus one': { v: -1 },
  'one and a half': { v: 1.5 },
  'the string null': { v: 'null' },
  'the string true': { v: 'true' },
  'the string 1': { v: '1' },
  'the string 1.0': { v: '1.0' },
  'the empty string': { v: '' },
  'a string': { v: 'a' },
  'a string in upper case': { v: 'A' },
  'a string and a space': { v: 'a ' },
  'an object': { v: {} },
  'an object with a string': { v: { v: 'a' } },
  'an empty array': { v: [] },
  nothing: { w: 'a' },
} satisfies Readonly<Record<string, JsonObject>>;

const NAMES = Object.keys(VALUES) as readonly (keyof typeof VALUES)[];

export const filteringPayloads = {
  'finds every event if there are no conditions': async ({ store, anEvent }) => {
    const events = [anEvent({ payload: {} }), anEvent({ payload: { v: 1 } })];
    await appendBatch(store, events);
    expectSameSet(await find(store, { filter: { payload: [] } }), events, 'no conditions');
    expectSameSet(await find(store, { filter: { payload: undefined } }), events, 'undefined conditions');
  },

  'compares values by type and content': async ({ store, anEvent }) => {
    const expectFound = await storeForConditions(store, anEvent, VALUES);
    for (const [operands, names] of [
      [[null], ['null']],
      [[true], ['true']],
      [[false], ['false']],
      [[0], ['zero']],
      [[1], ['one']],
      [[-1], ['minus one']],
      [[1.5], ['one and a half']],
      [['null'], ['the string null']],
      [['true'], ['the string true']],
      [['1'], ['the string 1']],
      [['1.0'], ['the string 1.0']],
      [[''], ['the empty string']],
      [['a'], ['a string']],
      [['A'], ['a string in upper case']],
      [['%'], []],
      [[2], []],
      [[], []],
      [
        [1, '1'],
        ['one', 'the string 1'],
      ],
      [
        [null, 'a', 1.5, true],
        ['null', 'a string', 'one and a half', 'true'],
      ],
    ] satisfies [JsonScalar[], (keyof typeof VALUES)[]][]) {
      await expectFound({ path: ['v'], op: 'in', operands }, names);
      const others = NAMES.filter((name) => !names.some((other) => other === name));
      await expectFound({ path: ['v'], op: 'ne', operands }, others);
    }
  },

  'distinguishes numbers that differ in the last bit': async ({ store, anEvent }) => {
    const numbers = [
      0,
      0.1,
      0.30000000000000004,
      0.3,
      1e-7,
      5e-324,
      1e16 / 3,
      123456789.12345679,
      9007199254740991,
      9007199254740990,
      2 ** 60,
      2 ** 60 + 2 ** 8,
      2 ** 63,
      2 ** 64,
      1e20,
      1e21,
      6.02214076e23,
      1.5e300,
      Number.MAX_VALUE,
    ].flatMap((number) => (number === 0 ? [number] : [number, -number]));
    const events = numbers.map((v) => anEvent({ payload: { v } }));
    await appendBatch(store, events);
    for (const number of numbers) {
      for (const [op, holds] of [
        ['gt', (v: number) => v > number],
        ['gte', (v: number) => v >= number],
        ['lt', (v: number) => v < number],
        ['lte', (v: number) => v <= number],
      ] as const) {
        const found = await find(store, { filter: { payload: [{ path: ['v'], op, operand: number }] } });
        const expected = events.filter((_, index) => holds(numbers[index] ?? Number.NaN));
        expectSameSet(found, expected, `${op} ${number}`);
      }
      const found = await find(store, { filter: { payload: [{ path: ['v'], op: 'in', operands: [number] }] } });
      expectSameSet(
        found,
        events.filter((_, index) => numbers[index] === number),
        `equal to ${number}`,
      );
    }
  },

  'compares numbers only with numbers, and strings only with strings': async ({ store, anEvent }) => {
    const expectFound = await storeForConditions(store, anEvent, VALUES);
    await expectFound({ path: ['v'], op: 'gt', operand: 0 }, ['one', 'one and a half']);
    await expectFound({ path: ['v'], op: 'gte', operand: 1 }, ['one', 'one and a half']);
    await expectFound({ path: ['v'], op: 'lt', operand: 1 }, ['zero', 'minus one']);
    await expectFound({ path: ['v'], op: 'lte', operand: 0 }, ['zero', 'minus one']);
    await expectFound({ path: ['v'], op: 'gt', operand: 'a' }, [
      'a string and a space',
      'the string null',
      'the string true',
    ]);
    await expectFound({ path: ['v'], op: 'gte', operand: 'o' }, ['the string true']);
    await expectFound({ path: ['v'], op: 'lt', operand: '1.0' }, ['the string 1', 'the empty string']);
    await expectFound({ path: ['v'], op: 'lte', operand: '' }, ['the empty string']);
  },

  'orders strings by code point': async ({ store, anEvent }) => {
    // The order of their UTF-8 bytes, which differs from the orders by UTF-16, by locale and without case.
    const strings = ['', '0', '10', '9', 'A', 'Z', 'a', 'aa', 'e\u0301', 'z', '\u007f', '\u00e9', '\ud7ff', '\ue000'];
    strings.push('\uffff', '\u{10000}', '\u{1f600}', '\u{10ffff}');
    const events = strings.map((v) => anEvent({ payload: { v } }));
    await appendBatch(store, events);
    for (const [index, operand] of strings.entries()) {
      const above = await find(store, { filter: { payload: [{ path: ['v'], op: 'gt', operand }] } });
      expectSameSet(above, events.slice(index + 1), `above ${JSON.stringify(operand)}`);
      const upTo = await find(store, { filter: { payload: [{ path: ['v'], op: 'lte', operand }] } });
      expectSameSet(upTo, events.slice(0, index + 1), `up to ${JSON.stringify(operand)}`);
    }
  },

  'distinguishes a value from no value': async ({ store, anEvent }) => {
    const expectFound = await storeForConditions(store, anEvent, VALUES);
    const withValue = NAMES.filter((name) => name !== 'nothing');
    await expectFound({ path: ['v'], op: 'exists', operand: true }, withValue);
    await expectFound({ path: ['v'], op: 'exists', operand: false }, ['nothing']);
    await expectFound({ path: ['v', 'v'], op: 'exists', operand: true }, ['an object with a string']);
    await expectFound({ path: ['v', 'v', 'v'], op: 'exists', operand: true }, []);
    await expectFound({ path: ['v', 'length'], op: 'exists', operand: true }, []);
  },

  'finds strings by prefix and by substring, without patterns': async ({ store, anEvent }) => {
    const strings = [...new Set([...TRICKY_TEXTS, 'Login', 'login', 'log%', 'log_n', 'x%y', 'x_y', 'xzy'])];
    const events = [...strings, null, 10, true, {}, ['x'], [], ['login']].map((v) => anEvent({ payload: { v } }));
    await appendBatch(store, events);
    for (const operand of [...strings, 'log', 'LOG', 'x%', 'x_', '1', 'ru', '\u{1f469}', 'e']) {
      for (const [op, holds] of [
        ['prefix', (string: string) => string.startsWith(operand)],
        ['contains', (string: string) => string.includes(operand)],
      ] as const) {
        const expected = events.filter(({ payload }) =>
          [payload.v].flat().some((value) => typeof value === 'string' && holds(value)),
        );
        const found = await find(store, { filter: { payload: [{ path: ['v'], op, operand }] } });
        expectSameSet(found, expected, `${op} ${JSON.stringify(operand)}`);
      }
    }
  },

  'compares each element of an array, at any position of a path': async ({ store, anEvent }) => {
    const expectFound = await storeForConditions(store, anEvent, {
      scalar: { a: { b: 1 } },
      'array at the end': { a: { b: [0, 1] } },
      'nested array at the end': { a: { b: [[0, [1]], []] } },
      'array in the path': { a: [{ b: 0 }, { c: 1 }, { b: 1 }] },
      'nested array in the path': { a: [[[{ b: 1 }]], 1] },
      'arrays in the path and at the end': { a: [{ b: [] }, { b: [2, 1] }] },
      'another value': { a: { b: 0 } },
      'other values': { a: [{ b: 0 }, { b: [2, '1'] }] },
      'an empty array at the end': { a: { b: [] } },
      'an empty array in the path': { a: [] },
      'a name in an array': { a: ['b', 1] },
      'a number as a name': { a: { 0: { b: 1 } } },
      'an empty payload': {},
    });
    const withOne = [
      'scalar',
      'array at the end',
      'nested array at the end',
      'array in the path',
      'nested array in the path',
      'arrays in the path and at the end',
    ] as const;
    const withNone = [
      'another value',
      'other values',
      'an empty array at the end',
      'an empty array in the path',
      'a name in an array',
      'a number as a name',
      'an empty payload',
    ] as const;
    const path = ['a', 'b'];
    await expectFound({ path, op: 'in', operands: [1] }, withOne);
    await expectFound({ path, op: 'ne', operands: [1] }, withNone);
    await expectFound({ path, op: 'gt', operand: 0 }, [...withOne, 'other values']);
    await expectFound({ path, op: 'prefix', operand: '1' }, ['other values']);
    const withValue = [...withOne, 'another value', 'other values', 'an empty array at the end'] as const;
    await expectFound({ path, op: 'exists', operand: true }, withValue);
    const withoutValue = [
      'an empty array in the path',
      'a name in an array',
      'a number as a name',
      'an empty payload',
    ] as const;
    await expectFound({ path, op: 'exists', operand: false }, withoutValue);
    await expectFound({ path: ['a', '0', 'b'], op: 'in', operands: [1] }, ['a number as a name']);
    await expectFound({ path: ['a'], op: 'in', operands: [1] }, ['nested array in the path', 'a name in an array']);
  },

  'compares names exactly': async ({ store, anEvent }) => {
    const names = [
      ...new Set([...TRICKY_TEXTS, ...INHERITED_NAMES, 'a.b', 'a', 'A', 'a[0]', '*', '$', '$.a', '0', '#']),
    ];
    const events = names.map((name) => anEvent({ payload: { [name]: 1 } }));
    const deep = names.map((name) => anEvent({ payload: { in: [{ [name]: { v: name } }] } }));
    await appendBatch(store, [
      ...events,
      ...deep,
      anEvent({ payload: {} }),
      anEvent({ payload: { x: { b: 1 }, in: {} } }),
    ]);
    for (const [index, name] of names.entries()) {
      const found = await find(store, { filter: { payload: [{ path: [name], op: 'exists', operand: true }] } });
      expectSameSet(found, events.slice(index, index + 1), JSON.stringify(name));
      const path = ['in', name, 'v'];
      const foundDeep = await find(store, { filter: { payload: [{ path, op: 'in', operands: [name] }] } });
      expectSameSet(foundDeep, deep.slice(index, index + 1), `${JSON.stringify(name)}, nested`);
    }
    for (const path of [['a', 'b'], ['__proto__'], ['x', 'constructor'], ['in', '__proto__', 'constructor']]) {
      const found = await find(store, { filter: { payload: [{ path, op: 'exists', operand: true }] } });
      expectSameSet(found, [], JSON.stringify(path));
    }
  },

  'accepts paths as deep as a payload, and deeper': async ({ store, anEvent }) => {
    const names = Array.from({ length: 32 }, (_, depth) => `n${depth}`);
    const nest = (value: JsonValue): JsonObject => {
      const payload = names.reduceRight<JsonValue>((inner, name) => ({ [name]: inner }), value);
      return payload as JsonObject;
    };
    const [event, other] = [anEvent({ payload: nest('deep') }), anEvent({ payload: nest('down') })];
    await appendBatch(store, [event, other]);
    const conditionAt = (path: PayloadPath): PayloadCondition => ({ path, op: 'in', operands: ['deep'] });
    expectSameSet(await find(store, { filter: { payload: [conditionAt(names)] } }), [event], '32 names');
    expectSameSet(await find(store, { filter: { payload: [conditionAt([...names, 'n'])] } }), [], '33 names');
    const long = Array.from({ length: 250 }, () => 'n');
    expectSameSet(await find(store, { filter: { payload: [conditionAt(long)] } }), [], '250 names');
  },

  'finds events that meet every condition, each with any element': async ({ store, anEvent }) => {
    const expectFound = await storeForConditions(store, anEvent, {
      both: { plan: 'pro', amount: 10 },
      'only the plan': { plan: 'pro', amount: 5 },
      'only the amount': { plan: 'free', amount: 10 },
      'in different elements': { plan: ['free', 'pro'], amount: [1, 100] },
    });
    const isPro: PayloadCondition = { path: ['plan'], op: 'in', operands: ['pro'] };
    const isTen: PayloadCondition = { path: ['amount'], op: 'gte', operand: 10 };
    await expectFound([isPro, isTen], ['both', 'in different elements']);
    await expectFound([isTen, isPro, isTen], ['both', 'in different elements']);
    await expectFound([isPro, isTen, { path: ['amount'], op: 'lte', operand: 50 }], ['both', 'in different elements']);
    await expectFound([isPro, { path: ['plan'], op: 'in', operands: ['free'] }], ['in different elements']);
    const many = Array.from(
      { length: 20 },
      (_, index): PayloadCondition => ({
        path: ['amount'],
        op: 'ne',
        operands: [index === 19 ? 5 : -index],
      }),
    );
    await expectFound([isPro, ...many.slice(1)], ['both', 'in different elements']);
  },

  'finds one of many operands': async ({ store, anEvent }) => {
    const expectFound = await storeForConditions(store, anEvent, { last: { v: 'x499' }, other: { v: 'x500' } });
    const operands = Array.from({ length: 500 }, (_, index) => `x${index}`);
    await expectFound({ path: ['v'], op: 'in', operands }, ['last']);
    await expectFound({ path: ['v'], op: 'ne', operands }, ['other']);
  },

  'combines conditions with type, range and position among many events': async ({ store, anEvent }) => {
    const events = Array.from({ length: 3_000 }, (_, index) =>
      anEvent({
        event_type: index % 2 === 0 ? 'even' : 'odd',
        timestamp: formatTimestamp(NOON + BigInt(index)),
        payload: { n: index, rest: index % 25, text: 'x'.repeat(index % 50) },
      }),
    );
    await appendBatch(store, events);
    const payload: readonly PayloadCondition[] = [{ path: ['rest'], op: 'in', operands: [17] }];
    const isWanted = ({ event_type, payload: { n } }: Event) =>
      event_type === 'even' && Number(n) % 25 === 17 && Number(n) >= 142 && Number(n) <= 2_892;
    const filter = { event_type: ['even'], start: NOON + 142n, end: NOON + 2_892n, payload };
    for (const order of ORDERS) {
      const expected = events.filter(isWanted);
      if (order === 'desc') expected.reverse();
      const [first, second] = expected;
      if (!first || !second) throw new RangeError('no event matches');
      expectSameEvents(await find(store, { filter, order }), expected, order);
      expectSameEvents(await find(store, { filter, order, limit: 1 }), [first], `${order}, one`);
      const after = positionOf(first);
      expectSameEvents(await find(store, { filter, order, limit: 1, after }), [second], `${order}, the next one`);
      expectSameEvents(await readToEnd(store, { filter, order, limit: 5 }), expected, `${order}, in pages`);
    }
  },
} satisfies Behaviours;

/** Stores payloads. Returns a function that expects conditions to find the payloads with some names. */
async function storeForConditions<Name extends string>(
  store: EventStorePort,
  anEvent: EventBuilder,
  payloads: Readonly<Record<Name, JsonObject>>,
) {
  const expectFound = await storePayloads(store, anEvent, payloads);
  return (conditions: PayloadCondition | readonly PayloadCondition[], names: readonly NoInfer<Name>[]): Promise<void> =>
    expectFound({ payload: [conditions].flat() }, names);
}
