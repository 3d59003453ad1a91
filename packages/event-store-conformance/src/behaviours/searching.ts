import type { Event } from '@event-tracker/core';
import { appendBatch, type EventFilter, formatTimestamp } from '@event-tracker/core/store';
import { aggregate, cellOf, expectCells } from '../cells.ts';
import { positionOf } from '../event-builder.ts';
import { expectSameEvents, expectSameSet } from '../expectations.ts';
import type { Behaviours } from '../harness.ts';
import { find, ORDERS, readToEnd } from '../reading.ts';
import { storePayloads } from '../stored-payloads.ts';

const FIRST = 1_735_732_800_000_000_000n;

/** Texts that are equal ignoring case, by Unicode simple case folding. No text equals one of another line. */
const EQUAL_TEXTS: readonly (readonly string[])[] = [
  ['straße', 'STRAẞE', 'ſtraße'],
  ['strasse', 'STRASSE', 'ſtraſſe'],
  ['kilo', 'KILO', '\u212ailo'],
  ['éclair', 'ÉCLAIR', 'Éclair'],
  ['e\u0301clair', 'E\u0301CLAIR'],
  ['eclair', 'ECLAIR'],
  ['ångström', 'ÅNGSTRÖM', '\u212bngström'],
  ['µm', 'μm', 'ΜM'],
  ['σίσυφος', 'ΣΊΣΥΦΟΣ', 'ςίσυφοσ'],
  ['привет', 'ПРИВЕТ', 'Привет'],
  ['ǆep', 'Ǆep', 'ǅep'],
  ['\u{10428}x', '\u{10400}x'],
  ['istanbul', 'ISTANBUL', 'iſtanbul'],
  ['İstanbul', 'İSTANBUL'],
  ['ıstanbul', 'ıSTANBUL'],
  ['ﬁx', 'ﬁX'],
  ['日本語 x', '日本語 X'],
  ['\u{1f600}a', '\u{1f600}A'],
  ['100%_\\"a', '100%_\\"A'],
  ['100%-\\"a', '100%-\\"A'],
  ['line\n\tend', 'LINE\n\tEND'],
  ['[a-z]*.?', '[A-Z]*.?'],
];

export const searching = {
  'ignores case as Unicode simple case folding does': async ({ store, anEvent }) => {
    const texts = EQUAL_TEXTS.flat();
    const inPayload = texts.map((v) => anEvent({ payload: { v: `<${v}>` } }));
    const inType = texts.map((text) => anEvent({ event_type: text.replace(/\p{Cc}+/gu, '-'), payload: { n: 1 } }));
    await appendBatch(store, [...inPayload, ...inType]);
    for (const [line, equal] of EQUAL_TEXTS.entries()) {
      const before = EQUAL_TEXTS.slice(0, line).flat().length;
      for (const operand of equal) {
        const expected = inPayload.slice(before, before + equal.length);
        const found = await find(store, { filter: { payload: [{ path: ['v'], op: 'icontains', operand }] } });
        expectSameSet(found, expected, `icontains ${JSON.stringify(operand)}`);
        const ofType = /\p{Cc}/u.test(operand) ? [] : inType.slice(before, before + equal.length);
        const anywhere = await find(store, { filter: { q: [operand] } });
        expectSameSet(anywhere, [...expected, ...ofType], `q ${JSON.stringify(operand)}`);
      }
    }
  },

  'finds a text in part of a string, whatever is around it': async ({ store, anEvent }) => {
    const expectFound = await storePayloads(store, anEvent, {
      text: { v: 'He said "Hello", \\o/\t' },
      'an element': { v: ['a', [{ w: 'HELLO' }]] },
      'a member of an object': { v: { v: 'hello' } },
      'another text': { v: 'hell to' },
      nothing: {},
    });
    await expectFound({ q: ['hello'] }, ['text', 'an element', 'a member of an object']);
    await expectFound({ payload: [{ path: ['v'], op: 'icontains', operand: 'hello' }] }, ['text']);
    await expectFound({ payload: [{ path: ['v', 'w'], op: 'icontains', operand: 'ELL' }] }, ['an element']);
    await expectFound({ q: ['D "HELLO", \\O/\t'] }, ['text']);
    await expectFound({ q: ['"'] }, ['text']);
    await expectFound({ q: ['t'] }, ['another text']);
    await expectFound({ q: ['\\"'] }, []);
    await expectFound({ q: ['u'] }, []);
  },

  'finds a text in numbers as JSON writes them': async ({ store, anEvent }) => {
    const numbers = [12.5, 125, -7, 1e20, 123456789012345680000, 1e21, 1.5e-7, 2 ** 63, 0];
    const events = numbers.map((v) => anEvent({ event_type: 'x', payload: { v: [v] } }));
    const text = anEvent({ event_type: 'x', payload: { v: '12.5' } });
    await appendBatch(store, [...events, text]);
    const expectNumbers = async (q: string, expected: readonly number[], others: readonly Event[] = []) => {
      const ofNumbers = events.filter((_, index) => expected.includes(numbers[index] ?? Number.NaN));
      expectSameSet(await find(store, { filter: { q: [q] } }), [...ofNumbers, ...others], q);
    };
    await expectNumbers('12.5', [12.5], [text]);
    await expectNumbers('12', [12.5, 125, 123456789012345680000], [text]);
    await expectNumbers('-', [-7, 1.5e-7]);
    await expectNumbers('100000000000000000000', [1e20]);
    await expectNumbers('e+2', [1e21]);
    await expectNumbers('E+21', [1e21]);
    await expectNumbers('1.5e-7', [1.5e-7]);
    await expectNumbers('9223372036854776', [2 ** 63]);
    await expectNumbers('e', [1e21, 1.5e-7]);
    await expectNumbers('12.50', []);
    await expectNumbers('+7', []);
  },

  'finds no names of members, no booleans, no null, and no text across values': async ({ store, anEvent }) => {
    const payload = {
      alpha: 'beta',
      list: ['gam', 'ma', true, false, null],
      deep: { delta: { 'a:': 'x', 'b"': 'y' } },
    };
    const event = anEvent({ event_type: 'login', payload });
    await appendBatch(store, [event]);
    for (const text of [
      'alpha',
      'list',
      'delta',
      'b"',
      'true',
      'false',
      'null',
      'gamma',
      'beta,',
      ':',
      '{',
      '[',
      ',',
    ]) {
      expectSameSet(await find(store, { filter: { q: [text] } }), [], JSON.stringify(text));
    }
    for (const text of ['BETA', 'gam', 'MA', 'Log', 'x', 'Y']) {
      expectSameSet(await find(store, { filter: { q: [text] } }), [event], JSON.stringify(text));
    }
  },

  'finds events that contain all of several texts, each for itself': async ({ store, anEvent }) => {
    const expectFound = await storePayloads(store, anEvent, {
      both: { a: 'one two' },
      'both apart': { a: 'two', b: ['ONE'] },
      'one alone': { a: 'one', b: 1 },
      'two alone': { a: 'two' },
    });
    await expectFound({ q: ['one', 'two'] }, ['both', 'both apart']);
    await expectFound({ q: ['two', 'one', 'login'] }, ['both', 'both apart']);
    await expectFound({ q: ['one', '1'] }, ['one alone']);
    await expectFound({ q: ['one', 'two', 'three'] }, []);
    const many = Array.from({ length: 19 }, (_, index) => 'one two'.slice(index % 6));
    await expectFound({ q: [...many, 'two'] }, ['both']);
    await expectFound({ q: [...many, 'three'] }, []);
    await expectFound({ q: [] }, ['both', 'both apart', 'one alone', 'two alone']);
  },

  'finds no text that no event can contain': async ({ store, anEvent }) => {
    await appendBatch(store, [anEvent({ payload: { v: '\u{1f600}' } })]);
    for (const text of ['\ud83d', '\ude00', 'a\0', '\0']) {
      expectSameSet(await find(store, { filter: { q: [text] } }), [], `q ${JSON.stringify(text)}`);
      const payload = [{ path: ['v'], op: 'icontains', operand: text }] as const;
      expectSameSet(await find(store, { filter: { payload } }), [], `icontains ${JSON.stringify(text)}`);
    }
  },

  'combines with types, range, conditions, order and position, and counts': async ({ store, anEvent }) => {
    const events = Array.from({ length: 2_000 }, (_, index) =>
      anEvent({
        event_type: index % 2 === 0 ? 'even' : 'odd',
        timestamp: formatTimestamp(FIRST + BigInt(index)),
        payload: { n: index % 10, text: index % 5 === 3 ? ['Time-Out'] : 'time', in: { k: index % 3 } },
      }),
    );
    await appendBatch(store, events);
    const filter: EventFilter = {
      event_type: ['odd'],
      start: FIRST + 100n,
      end: FIRST + 1_900n,
      payload: [{ path: ['in', 'k'], op: 'in', operands: [1] }],
      q: ['TIME-OUT'],
    };
    const expected = events.filter(
      (_, index) => index % 2 === 1 && index >= 100 && index <= 1_900 && index % 5 === 3 && index % 3 === 1,
    );
    for (const order of ORDERS) {
      const inOrder = order === 'asc' ? expected : expected.toReversed();
      expectSameEvents(await find(store, { filter, order }), inOrder, order);
      expectSameEvents(await readToEnd(store, { filter, order, limit: 7 }), inOrder, `${order}, in pages`);
      const [first] = inOrder;
      const after = first && positionOf(first);
      expectSameEvents(await find(store, { filter, order, limit: 1, after }), inOrder.slice(1, 2), `${order}, next`);
    }
    expectCells(await aggregate(store, { filter }), [cellOf({ values: [expected.length] })], 'counted');
    expectCells(
      await aggregate(store, { filter: { q: ['time-out'] }, groupBy: 'event_type', top: 1 }),
      [cellOf({ group: 'even', values: [200] }), cellOf({ isRest: true, values: [200] })],
      'by type',
    );
    expectCells(await aggregate(store, { filter: { q: ['3'] } }), [cellOf({ values: [200] })], 'a number');
  },
} satisfies Behaviours;
