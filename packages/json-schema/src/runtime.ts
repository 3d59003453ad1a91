import type { JsonValue } from '@event-tracker/core';
import { isJsonArray } from '@event-tracker/core/store';
import { RE2JS } from 're2js';
import { spend } from './budget.ts';
import { estimateSize, translatePattern } from './translate-pattern.ts';

/** Greatest size of a pattern: the number of instructions of its program. */
const MAX_PATTERN_SIZE = 300;
/** Greatest estimated size of a pattern that is compiled to find its size. */
const MAX_ESTIMATED_SIZE = 5 * MAX_PATTERN_SIZE;
/** Greatest length of a pattern in characters. */
const MAX_PATTERN_LENGTH = 1_000;
/** Units for each character that is matched by a pattern, times the size of the pattern. */
const UNITS_PER_MATCHED_CHARACTER = 10;
/** Characters that are counted, compared or copied in one unit. */
const CHARACTERS_PER_UNIT = 4;

const TOO_LARGE = 'too large: use fewer or smaller repetitions, or maxLength';

/** A compiled pattern. */
interface Pattern {
  test(text: string): boolean;
  /** Returns the source. ajv identifies a pattern by this text: with a common one, all patterns would be the first one. */
  toString(): string;
}

/** The functions that compiled schemas call. */
export interface Runtime {
  /** Pays for evaluating a schema: `base`, and `each` for every member or item of the value. */
  spend(value: unknown, base: number, each: number): void;
  /**
   * Compiles a pattern, or returns it if it is already compiled.
   *
   * @throws an Error that states what is wrong with the pattern
   */
  pattern(source: string): Pattern;
  /** Returns the length of a text in code points. */
  lengthOf(text: string): number;
  areEqual(a: JsonValue, b: JsonValue): boolean;
  areUnique(items: readonly JsonValue[]): boolean;
}

/** Creates the runtime of a set of schemas, which keeps their patterns. */
export function createRuntime(): Runtime {
  const patterns = new Map<string, Pattern>();
  return {
    spend: (value, base, each) => spend(base + (each === 0 ? 0 : each * sizeOf(value))),
    pattern: (source) => {
      const pattern = patterns.get(source) ?? compilePattern(source);
      patterns.set(source, pattern);
      return pattern;
    },
    lengthOf,
    areEqual,
    areUnique: (items) => new Set(items.map(writeCanonical)).size === items.length,
  };
}

function sizeOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}

function compilePattern(source: string): Pattern {
  if (source.length > MAX_PATTERN_LENGTH) throw new Error(`expected at most ${MAX_PATTERN_LENGTH} characters`);
  const translated = translatePattern(source);
  if (estimateSize(source) > MAX_ESTIMATED_SIZE) throw new Error(TOO_LARGE);
  const expression = RE2JS.compile(translated);
  const size = expression.programSize();
  if (size > MAX_PATTERN_SIZE) throw new Error(TOO_LARGE);
  return {
    test: (text) => {
      spend(1 + text.length * size * UNITS_PER_MATCHED_CHARACTER);
      return expression.test(text);
    },
    toString: () => source,
  };
}

function lengthOf(text: string): number {
  spend(text.length / CHARACTERS_PER_UNIT);
  let length = text.length;
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xdc00) length--; // low surrogates
  return length;
}

function areEqual(a: JsonValue, b: JsonValue): boolean {
  spend(COMPARISON_UNITS);
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (isJsonArray(a) || isJsonArray(b))
    return (
      isJsonArray(a) && isJsonArray(b) && a.length === b.length && a.every((item, i) => areEqual(item, b[i] ?? null))
    );
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => Object.hasOwn(b, name) && areEqual(a[name] ?? null, b[name] ?? null));
}

/** Units for comparing a value with another, without their members. */
const COMPARISON_UNITS = 10;

/** Returns a text that is the same for equal values. */
function writeCanonical(value: JsonValue): string {
  if (typeof value === 'string') spend(1 + value.length / CHARACTERS_PER_UNIT);
  else spend(CANONICAL_UNITS);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isJsonArray(value)) return `[${value.map(writeCanonical).join()}]`;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${writeCanonical(name)}:${writeCanonical(member)}`).join()}}`;
}

/** Units for a value that is compared, its place among the members of its object included. */
const CANONICAL_UNITS = 40;
