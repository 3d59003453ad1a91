import type { JsonValue } from '@event-tracker/core';
import {
  type ComparisonOperator,
  createStoreUnavailableError,
  matchesFilter,
  type PayloadCondition,
} from '@event-tracker/core/store';
import {
  confusing,
  confusingNumbers,
  confusingTexts,
  isMet,
  mapArrays,
  meeting,
  misreadingPayloads,
  rephrasing,
  rephrasingPaths,
  valuesAt,
} from './filter-mutations.ts';
import { asking, filtering, type Mutation, querying, scanning } from './mutations.ts';
import { isLike } from './sql-like.ts';

/** Looks into arrays no further than at their first element. */
const lookingAtFirstElements = misreadingPayloads((payload) => mapArrays(payload, (array) => array.slice(0, 1)));

/** Compares texts as JavaScript does. */
const orderingByUtf16: Mutation = meeting((payload, condition) => {
  if (!isComparison(condition) || typeof condition.operand !== 'string') return isMet(payload, condition);
  const { path, op, operand } = condition;
  const texts = valuesAt(payload, path).filter((value) => typeof value === 'string');
  // The same question of numbers that stand in the same order.
  return texts.some((text) => isMet({ value: compareUtf16(text, operand) }, { path: ['value'], op, operand: 0 }));
});

export const PREFIX_MUTANTS = {
  'finds types by how they begin, exactly': {
    'does not mind case': scanning(({ event_type }, { event_type_prefix: prefixes }) =>
      isAny(prefixes, (prefix) => event_type.toLowerCase().startsWith(prefix.toLowerCase())),
    ),
    'takes % and _ for patterns': scanning(({ event_type }, { event_type_prefix: prefixes }) =>
      isAny(prefixes, (prefix) => isLike(event_type, `${prefix}%`)),
    ),
    'looks anywhere in a type': scanning(({ event_type }, { event_type_prefix: prefixes }) =>
      isAny(prefixes, (prefix) => event_type.includes(prefix)),
    ),
    'finds no type that is the beginning itself': scanning(({ event_type }, { event_type_prefix: prefixes }) =>
      isAny(prefixes, (prefix) => event_type !== prefix && event_type.startsWith(prefix)),
    ),
    'takes U+FFFF for the last character': scanning(({ event_type }, { event_type_prefix: prefixes }) =>
      isAny(prefixes, (prefix) => event_type >= prefix && event_type < `${prefix}\uffff`),
    ),
  },
  'finds events of any of several types or beginnings, each once': {
    'reads the first beginning': filtering(({ event_type_prefix }) => ({
      event_type_prefix: event_type_prefix?.slice(0, 1),
    })),
    'wants both': scanning(
      (event, { event_type, event_type_prefix }) =>
        matchesFilter(event, { event_type }) && matchesFilter(event, { event_type_prefix }),
    ),
    'finds an event for each beginning': querying(async (request, store) => {
      const { event_type_prefix: prefixes, ...filter } = request.filter;
      if (!prefixes || filter.event_type) return store.query(request);
      const pages = await Promise.all(
        prefixes.map((prefix) => store.query({ ...request, filter: { ...filter, event_type_prefix: [prefix] } })),
      );
      return pages.flat();
    }),
    'takes an empty list for none': filtering(({ event_type, event_type_prefix: prefixes }) => ({
      event_type_prefix: prefixes?.length === 0 && !event_type ? undefined : prefixes,
    })),
  },
} satisfies Record<string, Record<string, Mutation>>;

export const FILTERING_PAYLOADS_MUTANTS = {
  'finds every event where there are no conditions': {
    'wants any of the conditions to be met': wantingAnyCondition(),
  },
  'compares values by type and content': {
    'compares as text': confusing((value) => (value === null ? value : String(value)) as typeof value),
    'does not mind case': confusingTexts((text) => text.toLowerCase()),
    'does not mind spaces': confusingTexts((text) => text.trim()),
    'takes 0 and 1 for false and true': confusing(
      (value) => (typeof value === 'boolean' ? Number(value) : value) as typeof value,
    ),
    'rounds numbers': confusingNumbers(Math.floor),
    'takes null for nothing': meeting(
      (payload, condition) =>
        isMet(payload, condition) ||
        (condition.op === 'in' && condition.operands.includes(null) && valuesAt(payload, condition.path).length === 0),
    ),
    'takes nothing for neither equal nor different': rephrasing((condition) =>
      condition.op === 'ne' ? [condition, { path: condition.path, op: 'exists', operand: true }] : [condition],
    ),
    'takes null for neither equal nor different': meeting(
      (payload, condition) =>
        isMet(payload, condition) &&
        !(condition.op === 'ne' && valuesAt(payload, condition.path).some((value) => value === null)),
    ),
  },
  'tells numbers apart to the last bit': {
    'keeps 15 digits': confusingNumbers((number) => Number(number.toPrecision(15))),
    'keeps single precision': confusingNumbers(Math.fround),
    'has no number below 1e-300': confusingNumbers((number) => (Math.abs(number) < 1e-300 ? 0 : number)),
  },
  'compares numbers with numbers alone, and texts with texts alone': {
    'compares all as text': meeting((payload, condition) =>
      condition.op === 'gt'
        ? valuesAt(payload, condition.path).some((value) => String(value) > String(condition.operand))
        : isMet(payload, condition),
    ),
    'reads numbers out of texts': meeting((payload, condition) =>
      isComparison(condition) && typeof condition.operand === 'number'
        ? valuesAt(payload, condition.path).some((value) =>
            isMet({ value: typeof value === 'string' ? Number(value) : value }, { ...condition, path: ['value'] }),
          )
        : isMet(payload, condition),
    ),
    'takes greater or equal for greater': rephrasing((condition) => [
      condition.op === 'gte' ? { ...condition, op: 'gt' } : condition,
    ]),
  },
  'orders texts by code point': {
    'orders them by UTF-16': orderingByUtf16,
    'orders them as people do': meeting((payload, condition) =>
      condition.op === 'gt' && typeof condition.operand === 'string'
        ? valuesAt(payload, condition.path).some((value) => String(value).localeCompare(String(condition.operand)) > 0)
        : isMet(payload, condition),
    ),
    'does not mind case': confusingTexts((text) => text.toLowerCase()),
    'normalises text': confusingTexts((text) => text.normalize()),
  },
  'tells something from nothing': {
    'takes null for nothing': countingAsSomething((value) => value !== null),
    'takes false, 0 and empty texts for nothing': countingAsSomething(Boolean),
    'takes empty objects for nothing': countingAsSomething((value) => JSON.stringify(value) !== '{}'),
    'takes empty arrays for nothing': countingAsSomething(() => true),
    'asks one thing whatever it is asked': rephrasing((condition) => [
      condition.op === 'exists' ? { ...condition, operand: true } : condition,
    ]),
  },
  'finds texts by how they begin and by what is within, as they stand': {
    'takes % and _ for patterns': meeting((payload, condition) => {
      if (condition.op !== 'prefix' && condition.op !== 'contains') return isMet(payload, condition);
      const pattern = condition.op === 'prefix' ? `${condition.operand}%` : `%${condition.operand}%`;
      return valuesAt(payload, condition.path).some((value) => typeof value === 'string' && isLike(value, pattern));
    }),
    'does not mind case': confusingTexts((text) => text.toLowerCase()),
    'normalises text': confusingTexts((text) => text.normalize()),
    'reads numbers as text': confusing((value) => (typeof value === 'number' ? String(value) : value) as typeof value),
    'reads what is within as how it begins': rephrasing((condition) => [
      condition.op === 'contains' ? { ...condition, op: 'prefix' } : condition,
    ]),
    'finds nothing within nothing': rephrasing((condition) => [
      condition.op === 'contains' && condition.operand === '' ? { ...condition, operand: '\n\n' } : condition,
    ]),
  },
  'takes arrays for each of their elements, wherever they are': {
    'looks at the first element': lookingAtFirstElements,
    'does not look into nested arrays': misreadingPayloads((payload) =>
      mapArrays(payload, (array) => array.filter((element) => !Array.isArray(element))),
    ),
    'does not look into arrays on the way': misreadingPayloads((payload) =>
      mapArrays(payload, (array) => array.filter((element) => typeof element !== 'object')),
    ),
    'knows elements by their numbers': misreadingPayloads((payload) =>
      JSON.parse(JSON.stringify(payload), (_, value: unknown) => (Array.isArray(value) ? { ...value } : value)),
    ),
    'wants one element to differ': meeting((payload, condition) => {
      if (condition.op !== 'ne') return isMet(payload, condition);
      const values = valuesAt(payload, condition.path);
      return values.length === 0 || values.some((value) => isMet({ value }, { ...condition, path: ['value'] }));
    }),
    'wants every element to equal': meeting((payload, condition) => {
      if (condition.op !== 'in') return isMet(payload, condition);
      const values = valuesAt(payload, condition.path);
      return values.length > 0 && values.every((value) => isMet({ value }, { ...condition, path: ['value'] }));
    }),
  },
  'takes names as they stand': {
    'splits names at dots': rephrasingPaths((path) => path.flatMap((name) => name.split('.'))),
    'does not mind case': meeting((payload, { path, ...condition }) => {
      const lower = JSON.parse(JSON.stringify(payload).toLowerCase());
      return isMet(lower, { ...condition, path: path.map((name) => name.toLowerCase()) } as PayloadCondition);
    }),
    'knows what every object inherits': meeting((payload, condition) =>
      condition.op === 'exists' && condition.path.length === 1
        ? (condition.path[0] ?? '') in payload === condition.operand
        : isMet(payload, condition),
    ),
    'trims names': rephrasingPaths((path) => path.map((name) => name.trim())),
    'takes * for any name': meeting((payload, condition) => {
      if (condition.path[0] !== '*') return isMet(payload, condition);
      return Object.values(payload).some((value) => isMet({ '*': value }, condition));
    }),
  },
  'reaches as deep as a payload goes': {
    'reads 20 names': rephrasingPaths((path) => path.slice(0, 20)),
    'fails over long paths': asking(({ filter }) => {
      if (filter.payload?.some(({ path }) => path.length > 100)) throw createStoreUnavailableError('too complex');
      return {};
    }),
  },
  'finds what meets every condition, each for itself': {
    'reads the first condition': filtering(({ payload }) => ({ payload: payload?.slice(0, 1) })),
    'reads ten conditions': filtering(({ payload }) => ({ payload: payload?.slice(0, 10) })),
    'wants any of the conditions to be met': wantingAnyCondition(),
    'wants one element to meet all': scanning(({ payload }, filter) => {
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
    'reads 100 operands': rephrasing((condition) => [
      'operands' in condition ? { ...condition, operands: condition.operands.slice(0, 100) } : condition,
    ]),
  },
  'fills a page from among many events, together with type, range and position': {
    'looks at the events of a page': querying(async (request, store) => {
      const { payload, ...filter } = request.filter;
      const page = await store.query({ ...request, filter });
      return page.filter((event) => matchesFilter(event, { payload }));
    }),
    'overlooks types beside conditions': filtering(({ event_type, payload }) => ({
      event_type: payload ? undefined : event_type,
    })),
    'overlooks the position beside conditions': asking(({ after, filter }) => ({
      after: filter.payload ? undefined : after,
    })),
  },
} satisfies Record<string, Record<string, Mutation>>;

export const RANDOM_FILTER_MUTANTS = {
  'looks at the first element of an array': lookingAtFirstElements,
  'orders texts by UTF-16': orderingByUtf16,
  'takes a number for its text': confusing(
    (value) => (typeof value === 'number' ? String(value) : value) as typeof value,
  ),
  'splits names at dots': rephrasingPaths((path) => path.flatMap((name) => name.split('.'))),
  'overlooks beginnings beside types': filtering(({ event_type, event_type_prefix }) => ({
    event_type_prefix: event_type ? undefined : event_type_prefix,
  })),
  'reads two conditions': filtering(({ payload }) => ({ payload: payload?.slice(0, 2) })),
} satisfies Record<string, Mutation>;

function wantingAnyCondition(): Mutation {
  return scanning(({ payload }, filter) => filter.payload?.some((condition) => isMet(payload, condition)) ?? true);
}

/** Takes the values at a path for nothing unless one of them counts. */
function countingAsSomething(counts: (value: JsonValue) => boolean): Mutation {
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
