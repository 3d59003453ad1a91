import { type JsonScalar, likePatternOf, type PayloadCondition } from '@event-tracker/core/store';

/**
 * Substrings of the JSON text of each payload that meets a condition: all of `every`, and at least one of `some` unless
 * `some` is empty. The JSON text also matches all patterns of `like`. They are necessary, not sufficient: they exclude payloads
 * without parsing them.
 *
 * This holds because `JSON.stringify` writes both texts: each value has one spelling, without spaces.
 */
export interface RequiredTexts {
  readonly every: readonly string[];
  readonly some: readonly string[];
  readonly like: readonly string[];
}

/** Searching for more texts costs more than parsing. */
const MAX_TEXTS = 16;

export function requiredTextsOf(condition: PayloadCondition): RequiredTexts {
  const name = nameOf(condition);
  switch (condition.op) {
    case 'in':
      return required(name, condition.operands.length > MAX_TEXTS ? [] : condition.operands.map(spell));
    case 'prefix':
      return required([...name, ...within(condition.operand, (spelled) => spelled.slice(0, -1))]);
    case 'contains':
      return required([...name, ...within(condition.operand, (spelled) => spelled.slice(1, -1))]);
    case 'icontains':
      return { ...required(name), like: requiredPatternsOf(condition.operand) };
    case 'exists':
      return required(condition.operand ? name : []);
    case 'ne':
      return required([]);
    default:
      return required(name);
  }
}

/** Returns the patterns that the JSON text of each payload matches in which a string or number contains a text, ignoring case. */
export function requiredPatternsOf(text: string): readonly string[] {
  return within(text, (spelled) => likePatternOf(spelled.slice(1, -1)));
}

function required(every: readonly string[], some: readonly string[] = []): RequiredTexts {
  return { every, some, like: [] };
}

/** The last name of the path, as the JSON of a member name. */
function nameOf({ path }: PayloadCondition): readonly string[] {
  return path.slice(-1).map((name) => `${spell(name)}:`);
}

/** The JSON of a substring. A lone surrogate is escaped, a surrogate pair is not, so a text with one is skipped. */
function within(text: string, cut: (spelled: string) => string): readonly string[] {
  return text.isWellFormed() ? [cut(spell(text))] : [];
}

function spell(scalar: JsonScalar): string {
  return JSON.stringify(scalar);
}
