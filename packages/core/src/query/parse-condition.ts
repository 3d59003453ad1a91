import { hasAtMostCodePoints } from '../event/text.ts';
import { type Literal, parseLiteral, parseLiterals, scalarsOf } from './literal.ts';
import type { PayloadCondition } from './payload-condition.ts';
import { type PayloadPath, parsePayloadPath } from './payload-path.ts';

/** Prefix of the names of all payload filters. */
export const PAYLOAD_PREFIX = 'payload.';
/** Greatest length of a payload filter's value, in code points. */
export const MAX_PAYLOAD_OPERAND_LENGTH = 1_000;
/** The operators, which follow the path in brackets. */
export const PAYLOAD_OPERATORS = ['ne', 'gt', 'gte', 'lt', 'lte', 'in', 'exists', 'prefix', 'contains', 'icontains'];

const INEXACT_BOUND =
  'expected a number that a double holds without change (17 digits, 1.8e308 at most), or a string in quotes';

type Parsed<T> = T | { readonly problem: string };

/**
 * Parses a payload filter: a name, `payload.PATH` or `payload.PATH[op]`, and a value.
 *
 * @returns the condition, or a `problem` that names its place
 */
export function parseCondition(parameter: string, value: string): Parsed<PayloadCondition> {
  const parsedPath = parsePayloadPath(parameter, PAYLOAD_PREFIX.length);
  if ('problem' in parsedPath) return parsedPath;
  const { path, end } = parsedPath;
  const operator = parameter.slice(end);
  if (!hasAtMostCodePoints(value, MAX_PAYLOAD_OPERAND_LENGTH))
    return { problem: `expected a value of at most ${MAX_PAYLOAD_OPERAND_LENGTH} characters` };
  if (operator === '') return fromLiteral(value, (literal) => ({ path, op: 'in', operands: scalarsOf(literal) }));
  return withOperator(operator, path, value, end);
}

function withOperator(bracketed: string, path: PayloadPath, value: string, at: number): Parsed<PayloadCondition> {
  const op = PAYLOAD_OPERATORS.find((name) => bracketed === `[${name}]`);
  switch (op) {
    case 'ne':
      return fromLiteral(value, (literal) => ({ path, op, operands: scalarsOf(literal) }));
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return fromLiteral(value, ({ text, scalar, isInexactNumber }) => {
        if (isInexactNumber) return { problem: INEXACT_BOUND };
        return { path, op, operand: typeof scalar === 'number' ? scalar : text };
      });
    case 'prefix':
    case 'contains':
    case 'icontains':
      return fromLiteral(value, ({ text }) => ({ path, op, operand: text }));
    case 'exists':
      return value === 'true' || value === 'false'
        ? { path, op, operand: value === 'true' }
        : { problem: 'expected true or false' };
    case 'in': {
      const literals = parseLiterals(value);
      return 'problem' in literals ? literals : { path, op, operands: literals.flatMap(scalarsOf) };
    }
    default:
      return { problem: `expected one of the operators [${PAYLOAD_OPERATORS.join('], [')}] at character ${at}` };
  }
}

function fromLiteral(
  value: string,
  toCondition: (literal: Literal) => Parsed<PayloadCondition>,
): Parsed<PayloadCondition> {
  const literal = parseLiteral(value);
  return 'problem' in literal ? literal : toCondition(literal);
}
