import { canOccurInNumbers, caseVariantsOf, isStorable } from '@event-tracker/core/store';
import { text } from './literal.ts';

/*
 * Text without regard to case. ClickHouse's own functions fold other characters than core does, so a regular expression lists
 * all variants of each character.
 */

/** Returns the SQL condition that a value contains a text, ignoring case. */
export function containsIgnoringCaseSql(value: string, operand: string): string {
  return `match(${value}, ${text([...operand].map(classOf).join(''))})`;
}

/** Returns a regular expression for a character and its variants. */
function classOf(character: string): string {
  const variants = caseVariantsOf(character).map((variant) =>
    /[a-z\d]/i.test(variant) ? variant : `\\x{${variant.codePointAt(0)?.toString(16)}}`,
  );
  return variants.length === 1 ? variants.join('') : `[${variants.join('')}]`;
}

/** The strings of a payload. Names of members end with a colon. */
const STRINGS = String.raw`"(?:[^"\\]|\\.)*":?`;
/** Large integers have an exponent in the table, but none in core. */
const HAS_EXPONENT = `position(payload, 'e+') > 0`;

/**
 * Returns the SQL condition that a text occurs in the type or the payload of an event, ignoring case. Other
 * events meet it too if the text can occur in numbers, because the table does not spell all numbers as core does.
 */
export function searchSql(operand: string): string {
  if (!isStorable(operand)) return 'false';
  const inType = containsIgnoringCaseSql('event_type', operand);
  // Searching the JSON excludes most payloads without extracting their strings.
  const inPayload = containsIgnoringCaseSql('payload', JSON.stringify(operand).slice(1, -1));
  if (canOccurInNumbers(operand)) return `(${inType} OR ${inPayload} OR ${HAS_EXPONENT})`;
  const strings = `arrayFilter(string -> NOT endsWith(string, ':'), extractAll(payload, ${text(STRINGS)}))`;
  const isIn = containsIgnoringCaseSql('JSONExtractString(string)', operand);
  return `(${inType} OR ${inPayload} AND arrayExists(string -> ${isIn}, ${strings}))`;
}
