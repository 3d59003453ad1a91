import type { JsonScalar, PayloadCondition } from '@event-tracker/core/store';

/**
 * Texts that the JSON of a payload has in it wherever the payload meets a condition: each of `every`, and any of `some`
 * unless that is empty. The converse does not hold: they only tell quickly, without parsing, what cannot match.
 *
 * It is so because the JSON here and in the file is that of `JSON.stringify`: a value has one spelling, without spaces.
 */
export interface NecessaryTexts {
  readonly every: readonly string[];
  readonly some: readonly string[];
}

/** Looking for more texts than this takes longer than parsing. */
const MAX_TEXTS = 16;

export function necessaryTextsOf(condition: PayloadCondition): NecessaryTexts {
  const name = nameOf(condition);
  switch (condition.op) {
    case 'in':
      return { every: name, some: condition.operands.length > MAX_TEXTS ? [] : condition.operands.map(spell) };
    case 'prefix':
      return { every: [...name, ...within(condition.operand, (spelled) => spelled.slice(0, -1))], some: [] };
    case 'contains':
      return { every: [...name, ...within(condition.operand, (spelled) => spelled.slice(1, -1))], some: [] };
    case 'exists':
      return { every: condition.operand ? name : [], some: [] };
    case 'ne':
      return { every: [], some: [] };
    default:
      return { every: name, some: [] };
  }
}

/** The last name of the path, as a member. */
function nameOf({ path }: PayloadCondition): readonly string[] {
  return path.slice(-1).map((name) => `${spell(name)}:`);
}

/** How the JSON of a longer text spells this part of it; half of a surrogate pair is spelled otherwise than the whole. */
function within(text: string, cut: (spelled: string) => string): readonly string[] {
  return text.isWellFormed() ? [cut(spell(text))] : [];
}

function spell(scalar: JsonScalar): string {
  return JSON.stringify(scalar);
}
