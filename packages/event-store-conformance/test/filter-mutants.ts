import type { JsonValue } from '@event-tracker/core';
import {
  type ComparisonOperator,
  createStoreUnavailableError,
  matchesFilter,
  type PayloadCondition,
} from '@event-tracker/core/store';
import {
  isMet,
  mapArrays,
  meeting,
  misreadingPayloads,
  rephrasing,
  rephrasingPaths,
  replacingNumbers,
  replacingScalars,
  replacingStrings,
  valuesAt,
} from './filter-mutations.ts';
import { filtering, type Mutation, querying, requesting, scanning } from './mutations.ts';
import { isLike } from './sql-like.ts';

/** Reads only the first element of arrays. */
const readingFirstElements = misreadingPayloads((payload) => mapArrays(payload, (array) => array.slice(0, 1)));

/** Compares strings as JavaScript does. */
const orderingByUtf16: Mutation = meeting((payload, condition) => {
  if (!isComparison(condition) || typeof condition.operand !== 'string') return isMet(payload, condition);
  const { path, op, operand } = condition;
  const texts = valuesAt(payload, path).filter((value) => typeof value === 'string');
  // The same comparison, of numbers in the same order.
  return texts.some((text) => isMet({ value: compareUtf16(text, operand) }, { path: ['value'], op, operand: 0 }));
});

export const PREFIX_MUTANTS = {
  'finds types by exact prefix': {
    'ignores case': scanning(({ event_type }, { event_type_prefix: prefixes }) =>
      isAny(prefixes, (prefix) => event_type.toLowerCase().startsWith(prefix.toLowerCase())),
    ),
    'reads % and _ as patterns': scanning(({ event_type }, { event_type_prefix: prefixes }) =>
      isAny(prefixes, (prefix) => isLike(event_type, `${prefix}%`)),
    ),
    'finds a prefix anywhere in a type': scanning(({ event_type }, { event_type_prefix: prefixes }) =>
      isAny(prefixes, (prefix) => event_type.includes(prefix)),
    ),
    'does not find a type that equals the prefix': scanning(({ event_type }, { event_type_prefix: prefixes }) =>
      isAny(prefixes, (prefix) => event_type !== prefix && event_type.startsWith(prefix)),
    ),
    'treats U+FFFF as the last character': scanning(({ event_type }, { event_type_prefix: prefixes }) =>
      isAny(prefixes, (prefix) => event_type >= prefix && event_type < `${prefix}\uffff`),
    ),
  },
  'finds events of any of several types or prefixes, each once': {
    'reads only the first prefix': filtering(({ event_type_prefix }) => ({
      event_type_prefix: event_type_prefix?.slice(0, 1),
    })),
    'requires both type and prefix': scanning(
      (event, { event_type, event_type_prefix }) =>
        matchesFilter(event, { event_type }) && matchesFilter(event, { event_type_prefix }),
    ),
    'returns an event once per prefix': querying(async (request, store) => {
      const { event_type_prefix: prefixes, ...filter } = request.filter;
      if (!prefixes || filter.event_type) return store.query(request);
      const pages = await Promise.all(
        prefixes.map((prefix) => store.query({ ...request, filter: { ...filter, event_type_prefix: [prefix] } })),
      );
      return pages.flat();
    }),
    'treats an empty list as no filter': filtering(({ event_type, event_type_prefix: prefixes }) => ({
      event_type_prefix: prefixes?.length === 0 && !event_type ? undefined : prefixes,
    })),
  },
} satisfies Record<string, Record<string, Mutation>>;

export const FILTERING_PAYLOADS_MUTANTS = {
  'finds every event if there are no conditions': {
    'requires only one of the conditions': requiringAnyCondition(),
  },
  'compares values by type and content': {
    'compares as text': replacingScalars((value) => (value === null ? value : String(value)) as typeof value),
    'ignores case': replacingStrings((text) => text.toLowerCase()),
    'ignores spaces': replacingStrings((text) => text.trim()),
    'reads 0 and 1 as false and true': replacingScalars(
      (value) => (typeof value === 'boolean' ? Number(value) : value) as typeof value,
    ),
    'rounds numbers': replacingNumbers(Math.floor),
    'treats null as no value': meeting(
      (payload, condition) =>
        isMet(payload, condition) ||
        (condition.op === 'in' && condition.operands.includes(null) && valuesAt(payload, condition.path).length === 0),
    ),
    'treats no value as neither equal nor different': rephrasing((condition) =>
      condition.op === 'ne' ? [condition, { path: condition.path, op: 'exists', operand: true }] : [condition],
    ),
    'treats null as neither equal nor different': meeting(
      (payload, condition) =>
        isMet(payload, condition) &&
        !(condition.op === 'ne' && valuesAt(payload, condition.path).some((value) => value === null)),
    ),
  },
  'distinguishes numbers that differ in the last bit': {
    'rounds to 15 digits': replacingNumbers((number) => Number(number.toPrecision(15))),
    'rounds to single precision': replacingNumbers(Math.fround),
    'reads numbers below 1e-300 as 0': replacingNumbers((number) => (Math.abs(number) < 1e-300 ? 0 : number)),
  },
  'compares numbers only with numbers, and strings only with strings': {
    'compares all values as text': meeting((payload, condition) =>
      condition.op === 'gt'
        ? valuesAt(payload, condition.path).some((value) => String(value) > String(condition.operand))
        : isMet(payload, condition),
    ),
    'reads numbers from strings': meeting((payload, condition) =>
      isComparison(condition) && typeof condition.operand === 'number'
        ? valuesAt(payload, condition.path).some((value) =>
            isMet({ value: typeof value === 'string' ? Number(value) : value }, { ...condition, path: ['value'] }),
          )
        : isMet(payload, condition),
    ),
    'reads gte as gt': rephrasing((condition) => [condition.op === 'gte' ? { ...condition, op: 'gt' } : condition]),
  },
  'orders strings by code point': {
    'orders strings by UTF-16 code units': orderingByUtf16,
    'orders strings by locale': meeting((payload, condition) =>
      condition.op === 'gt' && typeof condition.operand === 'string'
        ? valuesAt(payload, condition.path).some((value) => String(value).localeCompare(String(condition.operand)) > 0)
        : isMet(payload, condition),
    ),
    'ignores case': replacingStrings((text) => text.toLowerCase()),
    'normalises text': replacingStrings((text) => text.normalize()),
  },
  'distinguishes a value from no value': {
    'treats null as no value': countingAsValue((value) => value !== null),
    'treats false, 0 and empty strings as no value': countingAsValue(Boolean),
    'treats empty objects as no value': countingAsValue((value) => JSON.stringify(value) !== '{}'),
    'treats empty arrays as no value': countingAsValue(() => true),
    'ignores the operand of exists': rephrasing((condition) => [
      condition.op === 'exists' ? { ...condition, operand: true } : condition,
    ]),
  },
  'finds strings by prefix and by substring, without patterns': {
    'reads % and _ as patterns': meeting((payload, condition) => {
      if (condition.op !== 'prefix' && condition.op !== 'contains') return isMet(payload, condition);
      const pattern = condition.op === 'prefix' ? `${condition.operand}%` : `%${condition.operand}%`;
      return valuesAt(payload, condition.path).some((value) => typeof value === 'string' && isLike(value, pattern));
    }),
    'ignores case': replacingStrings((text) => text.toLowerCase()),
    'normalises text': replacingStrings((text) => text.normalize()),
    'reads numbers as text': replacingScalars(
      (value) => (typeof value === 'number' ? String(value) : value) as typeof value,
    ),
    'reads contains as prefix': rephrasing((condition) => [
      condition.op === 'contains' ? { ...condition, op: 'prefix' } : condition,
    ]),
    'finds no string that contains the empty string': rephrasing((condition) => [
      condition.op === 'contains' && condition.operand === '' ? { ...condition, operand: '\n\n' } : condition,
    ]),
  },
  'compares each element of an array, at any position of a path': {
    'reads only the first element': readingFirstElements,
    'ignores nested arrays': misreadingPayloads((payload) =>
      mapArrays(payload, (array) => array.filter((element) => !Array.isArray(element))),
    ),
    'ignores arrays in the middle of a path': misreadingPayloads((payload) =>
      mapArrays(payload, (array) => array.filter((element) => typeof element !== 'object')),
    ),
    'accepts numeric indexes': misreadingPayloads((payload) =>
      JSON.parse(JSON.stringify(payload), (_, value: unknown) => (Array.isArray(value) ? { ...value } : value)),
    ),
    'accepts ne if one element differs': meeting((payload, condition) => {
      if (condition.op !== 'ne') return isMet(payload, condition);
      const values = valuesAt(payload, condition.path);
      return values.length === 0 || values.some((value) => isMet({ value }, { ...condition, path: ['value'] }));
    }),
    'requires every element to be equal': meeting((payload, condition) => {
      if (condition.op !== 'in') return isMet(payload, condition);
      const values = valuesAt(payload, condition.path);
      return values.length > 0 && values.every((value) => isMet({ value }, { ...condition, path: ['value'] }));
    }),
  },
  'compares names exactly': {
    'splits names at dots': rephrasingPaths((path) => path.flatMap((name) => name.split('.'))),
    'ignores case': meeting((payload, { path, ...condition }) => {
      const lower = JSON.parse(JSON.stringify(payload).toLowerCase());
      return isMet(lower, { ...condition, path: path.map((name) => name.toLowerCase()) } as PayloadCondition);
    }),
    'reads inherited names': meeting((payload, condition) =>
      condition.op === 'exists' && condition.path.length === 1
        ? (condition.path[0] ?? '') in payload === condition.operand
        : isMet(payload, condition),
    ),
    'trims names': rephrasingPaths((path) => path.map((name) => name.trim())),
    'reads * as any name': meeting((payload, condition) => {
      if (condition.path[0] !== '*') return isMet(payload, condition);
      return Object.values(payload).some((value) => isMet({ '*': value }, condition));
    }),
  },
  'accepts paths as deep as a payload, and deeper': {
    'reads only 20 names': rephrasingPaths((path) => path.slice(0, 20)),
    'fails for long paths': requesting(({ filter }) => {
      if (filter.payload?.some(({ path }) => path.length > 100)) throw createStoreUnavailableError('too complex');
      return {};
    }),
  },
  'finds events that meet every condition, each with any element': {
    'reads only the first condition': filtering(({ payload }) => ({ payload: payload?.slice(0, 1) })),
    'reads only ten conditions': filtering(({ payload }) => ({ payload: payload?.slice(0, 10) })),
    'requires only one of the conditions': requiringAnyCondition(),
    'requires one element to meet all conditions': scanning(({ payload }, filter) => {
      const conditions = filter.payload ?? [];
      return conditions.every(({ path }) => {
        const ofPath = conditions.filter((condition) => JSON.stringify(condition.path) === JSON.stringify(path));
        return valuesAt(payload, path).some((value) =>
          ofPath.every((condition) => isMet({ value }, { ...condition, path: ['value'] })),
        );
      });
    }),
  },
  'finds one of many operands': {
    'reads only 100 operands': rephrasing((condition) => [
      'operands' in condition ? { ...condition, operands: condition.operands.slice(0, 100) } : condition,
    ]),
  },
  'combines conditions with type, range and position among many events': {
    'filters after it has read a page': querying(async (request, store) => {
      const { payload, ...filter } = request.filter;
      const page = await store.query({ ...request, filter });
      return page.filter((event) => matchesFilter(event, { payload }));
    }),
    'ignores types if there are conditions': filtering(({ event_type, payload }) => ({
      event_type: payload ? undefined : event_type,
    })),
    'ignores the position if there are conditions': requesting(({ after, filter }) => ({
      after: filter.payload ? undefined : after,
    })),
  },
} satisfies Record<string, Record<string, Mutation>>;

export const RANDOM_FILTER_MUTANTS = {
  'reads only the first element of an array': readingFirstElements,
  'orders strings by UTF-16 code units': orderingByUtf16,
  'reads a number as its text': replacingScalars(
    (value) => (typeof value === 'number' ? String(value) : value) as typeof value,
  ),
  'splits names at dots': rephrasingPaths((path) => path.flatMap((name) => name.split('.'))),
  'ignores prefixes if there are types': filtering(({ event_type, event_type_prefix }) => ({
    event_type_prefix: event_type ? undefined : event_type_prefix,
  })),
  'searches for one text': filtering(({ q }) => ({ q: q?.slice(0, 1) })),
  'reads only two conditions': filtering(({ payload }) => ({ payload: payload?.slice(0, 2) })),
} satisfies Record<string, Mutation>;

function requiringAnyCondition(): Mutation {
  return scanning(({ payload }, filter) => filter.payload?.some((condition) => isMet(payload, condition)) ?? true);
}

/** Treats a path as absent unless one of its values counts. */
function countingAsValue(counts: (value: JsonValue) => boolean): Mutation {
  return meeting((payload, condition) =>
    condition.op === 'exists'
      ? valuesAt(payload, condition.path).some(counts) === condition.operand
      : isMet(payload, condition),
  );
}

type Comparison = Extract<PayloadCondition, { readonly op: ComparisonOperator }>;

function isComparison(condition: PayloadCondition): condition is Comparison {
  return ['gt', 'gte', 'lt', 'lte'].includes(condition.op);
}

function compareUtf16(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function isAny(prefixes: readonly string[] | undefined, matches: (prefix: string) => boolean): boolean {
  return prefixes?.some(matches) ?? true;
}
