import type { JsonValue } from '@event-tracker/core';
import { type EventFilter, matchesFilter } from '@event-tracker/core/store';
import { requestingCells } from './aggregate-mutations.ts';
import { isMet, valuesAt } from './filter-mutations.ts';
import { filtering, type Mutation, requesting, scanning } from './mutations.ts';

/** Decides in another way whether a string or number contains a text. */
const searchingIn = (contains: (value: string, text: string) => boolean): Mutation =>
  scanning(({ event_type, payload, ...event }, { q = [], payload: conditions = [], ...filter }) => {
    const values = [event_type, ...scalarsIn(payload)].filter((value) => typeof value !== 'boolean' && value !== null);
    return (
      matchesFilter({ ...event, event_type, payload }, filter) &&
      q.every((text) => values.some((value) => contains(String(value), text))) &&
      conditions.every((condition) =>
        condition.op === 'icontains'
          ? valuesAt(payload, condition.path).some(
              (value) => typeof value === 'string' && contains(value, condition.operand),
            )
          : isMet(payload, condition),
      )
    );
  });

/** Searches in another text of the payload. */
const searchingTextOf = (textOf: (payload: JsonValue) => string): Mutation =>
  scanning(({ event_type, payload, ...event }, { q = [], ...filter }) => {
    const texts = [event_type, textOf(payload)].map((text) => text.toLowerCase());
    return (
      matchesFilter({ ...event, event_type, payload }, filter) &&
      q.every((text) => texts.some((known) => known.includes(text.toLowerCase())))
    );
  });

const changingTexts = (change: (q: readonly string[]) => readonly string[]): Mutation =>
  filtering(({ q }) => ({ q: q && change(q) }));

export const SEARCHING_MUTANTS = {
  'ignores case as Unicode simple case folding does': {
    'compares exactly': searchingIn((value, text) => value.includes(text)),
    'ignores the case of ASCII letters': searchingIn((value, text) => asciiLower(value).includes(asciiLower(text))),
    'converts to lower case': searchingIn((value, text) => value.toLowerCase().includes(text.toLowerCase())),
    'converts to upper case': searchingIn((value, text) => value.toUpperCase().includes(text.toUpperCase())),
    'ignores accents': searchingIn((value, text) => withoutAccents(value).includes(withoutAccents(text))),
    'treats % and _ as patterns': searchingIn((value, text) =>
      new RegExp(text.replace(/[\\[\]*.?]/g, '\\$&').replaceAll('_', '.'), 'iu').test(value),
    ),
    'treats text as a regular expression': searchingIn((value, text) => new RegExp(text, 'i').test(value)),
    'searches types only': searchingTextOf(() => ''),
    'searches payloads only': scanning((event, filter) => matchesFilter({ ...event, event_type: '' }, filter)),
  },
  'finds a text in part of a string, whatever is around it': {
    'finds whole values': searchingIn((value, text) => value.toLowerCase() === text.toLowerCase()),
    'finds values that begin with it': searchingIn((value, text) => value.toLowerCase().startsWith(text.toLowerCase())),
    'searches the JSON text': searchingTextOf((payload) => JSON.stringify(payload)),
    'searches the members of the payload itself': misreadingMembers((value) =>
      typeof value === 'object' ? null : value,
    ),
    'does not search arrays': misreadingMembers((value) => (Array.isArray(value) ? null : value)),
  },
  'finds a text in numbers as JSON writes them': {
    'searches strings only': misreadingMembers((value) => (Array.isArray(value) ? [] : value)),
    'writes numbers with all their digits': searchingTextOf((payload) =>
      scalarsIn(payload)
        .map((value) => (typeof value === 'number' ? value.toLocaleString('en', { useGrouping: false }) : value))
        .join('\n'),
    ),
    'writes large integers with an exponent': searchingTextOf((payload) =>
      scalarsIn(payload)
        .map((value) => (typeof value === 'number' && value >= 1e18 ? value.toExponential() : value))
        .join('\n'),
    ),
  },
  'finds no names of members, no booleans, no null, and no text across values': {
    'searches names': searchingTextOf((payload) => JSON.stringify(payload).replaceAll(/true|false|null/g, '')),
    'searches booleans': searchingTextOf((payload) => scalarsIn(payload).join('\n')),
    'joins values': searchingTextOf((payload) =>
      scalarsIn(payload)
        .filter((value) => typeof value === 'string')
        .join(''),
    ),
  },
  'finds events that contain all of several texts, each for itself': {
    'finds events with any of them': scanning((event, { q = [], ...filter }) => {
      const hasOne = q.length === 0 || q.some((text) => matchesFilter(event, { q: [text] }));
      return hasOne && matchesFilter(event, filter);
    }),
    'uses the first text': changingTexts((q) => q.slice(0, 1)),
    'uses ten texts': changingTexts((q) => q.slice(0, 10)),
    'joins the texts': changingTexts((q) => (q.length > 1 ? [q.join(' ')] : q)),
    'finds nothing for an empty list': scanning(
      (event, filter) => filter.q?.length !== 0 && matchesFilter(event, filter),
    ),
  },
  'finds no text that no event can contain': {
    'compares UTF-16 units': searchingIn((value, text) => value.toLowerCase().includes(text.toLowerCase())),
    'cuts a text at U+0000': filtering(({ payload, q }) => ({
      q: q?.map((text) => text.split('\0')[0] ?? ''),
      payload,
    })),
  },
  'combines with types, range, conditions, order and position, and counts': {
    'ignores types': filtering(({ event_type, q }) => ({ event_type: q ? undefined : event_type })),
    'ignores the end': filtering(({ end, q }) => ({ end: q ? undefined : end })),
    'ignores conditions': filtering(({ payload, q }) => ({ payload: q ? undefined : payload })),
    'ignores the position': requesting(({ after, filter }) => ({ after: filter.q ? undefined : after })),
    'searches the events of a page': (store) => ({
      ...store,
      query: async (request) => {
        const { q, ...filter } = request.filter;
        return (await store.query({ ...request, filter })).filter((event) => matchesFilter(event, { q }));
      },
    }),
    'counts all events': requestingCells(({ filter }) => ({ filter: { ...filter, q: undefined } })),
  },
} satisfies Record<string, Record<string, Mutation>>;

/** Searches payloads in which each value was replaced. */
function misreadingMembers(change: (value: JsonValue) => JsonValue): Mutation {
  return scanning((event, filter: EventFilter) => {
    const members = Object.entries(event.payload).map(([name, value]) => [name, change(value)] as const);
    return matchesFilter({ ...event, payload: Object.fromEntries(members) }, filter);
  });
}

function scalarsIn(value: JsonValue): readonly (string | number | boolean | null)[] {
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(scalarsIn) : [value];
}

function asciiLower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function withoutAccents(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase();
}
