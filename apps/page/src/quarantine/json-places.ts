import { stepsOfPointer } from '@event-tracker/core/schemas';
import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';

/** A part of a text. Lines and columns start at 1, offsets at 0. */
export interface TextPlace {
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
}

/** Where a text stops being JSON, and what was expected there. */
export interface SyntaxProblem extends TextPlace {
  readonly detail: string;
}

const DETAILS: Readonly<Record<string, string>> = {
  PropertyNameExpected: 'expected a name in double quotes',
  ValueExpected: 'expected a value',
  ColonExpected: 'expected a colon',
  CommaExpected: 'expected a comma',
  CloseBraceExpected: 'expected }',
  CloseBracketExpected: 'expected ]',
  EndOfFileExpected: 'expected nothing after the event',
  InvalidCommentToken: 'JSON has no comments',
  UnexpectedEndOfString: 'expected the end of a string: a double quote',
  UnexpectedEndOfNumber: 'expected a digit',
  InvalidUnicode: 'expected four hexadecimal digits after \\u',
  InvalidEscapeCharacter: 'expected one of " \\ / b f n r t u after a backslash',
  InvalidCharacter: 'expected an escape such as \\n: strings contain no control characters',
};

/** Finds what is wrong with a text that `JSON.parse` refuses. */
export function findSyntaxProblem(text: string): SyntaxProblem | undefined {
  const errors: ParseError[] = [];
  parseTree(text, errors, { disallowComments: true });
  const [first] = errors;
  if (!first) return undefined;
  const detail =
    DETAILS[printParseErrorCode(first.error)] ?? 'expected a value, a name in double quotes, or punctuation';
  return { ...placeAt(text, first.offset, first.length), detail };
}

/**
 * Finds the places of JSON Pointers in a JSON text: of the value, or of its name if the value has members. A value that does not
 * exist has the place of what would contain it.
 */
export function findPlaces(text: string, pointers: readonly string[]): readonly TextPlace[] {
  const root = parseTree(text);
  return pointers.map((pointer) => {
    const { offset, length } = root ? nodeAt(root, pointer) : { offset: 0, length: 0 };
    return placeAt(text, offset, length);
  });
}

function nodeAt(root: Node, pointer: string): Pick<Node, 'offset' | 'length'> {
  let value = root;
  let name: Node | undefined;
  for (const step of stepsOfPointer(pointer)) {
    const [nextName, next] = childOf(value, step);
    if (!next) break;
    [name, value] = [nextName, next];
  }
  if (value.type !== 'object' && value.type !== 'array') return value;
  return name ?? { offset: value.offset, length: 1 };
}

/** Returns the name and the value of a member, or an element. */
function childOf({ type, children = [] }: Node, step: string): readonly [Node | undefined, Node | undefined] {
  if (type === 'array') return [undefined, /^\d+$/.test(step) ? children[Number(step)] : undefined];
  const member = children.find(({ children: [name] = [] }) => name?.value === step);
  return [member?.children?.[0], member?.children?.[1]];
}

function placeAt(text: string, start: number, length: number): TextPlace {
  const before = text.slice(0, start);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { start, end: start + length, line: before.split('\n').length, column: start - lineStart + 1 };
}
