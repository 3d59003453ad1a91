import { type JsonScalar, likePatternOf, type PayloadCondition } from '@event-tracker/core/store';

/**
 * What the JSON text of each payload that meets a condition contains: at least one text of each list, and a match of each LIKE
 * pattern. They are necessary, not sufficient: they exclude payloads without parsing them. What excludes the most comes first.
 *
 * This holds because `JSON.stringify` writes both texts: each value has one spelling, without spaces.
 */
export interface RequiredTexts {
  readonly like: readonly string[];
  readonly lists: readonly (readonly string[])[];
}

/** Searching for more texts costs more than parsing. */
const MAX_TEXTS = 16;

export function requiredTextsOf(condition: PayloadCondition): RequiredTexts {
  const name = nameOf(condition);
  switch (condition.op) {
    case 'in': {
      const { length } = condition.operands;
      if (length === 0 || length > MAX_TEXTS) return required([name]);
      const values = condition.operands.map(spell);
      return required([values, [...values, '['].map((value) => `${name}${value}`)]);
    }
    case 'prefix':
      return required([...within(condition.operand, (spelled) => spelled.slice(0, -1)), name]);
    case 'contains':
      return required([...within(condition.operand, (spelled) => spelled.slice(1, -1)), name]);
    case 'icontains':
      return { like: requiredPatternsOf(condition.operand), lists: [[name]] };
    case 'exists':
      return required(condition.operand ? [name] : []);
    case 'ne':
      return required([]);
    default:
      return required([name]);
  }
}

/** Returns the patterns that the JSON text of each payload matches in which a string or number contains a text, ignoring case. */
export function requiredPatternsOf(text: string): readonly string[] {
  return within(text, (spelled) => likePatternOf(spelled.slice(1, -1)));
}

function required(lists: readonly (string | readonly string[])[]): RequiredTexts {
  return { like: [], lists: lists.map((texts) => [texts].flat()) };
}

/** The last name of the path, as the JSON of a member name. */
function nameOf({ path }: PayloadCondition): string {
  return path.length === 0 ? '' : `${spell(path.at(-1) ?? '')}:`;
}

/** The JSON of a substring. A lone surrogate is escaped, a surrogate pair is not, so a text with one is skipped. */
function within(text: string, cut: (spelled: string) => string): readonly string[] {
  return text.isWellFormed() ? [cut(spell(text))] : [];
}

function spell(scalar: JsonScalar): string {
  return JSON.stringify(scalar);
}
