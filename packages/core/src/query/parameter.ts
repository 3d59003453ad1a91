/** The value of a parameter, or what is wrong with it. */
export type ParsedParameter<T> = { readonly value: T } | { readonly problem: string };

/** Parses the value of a parameter of a query. */
export type ParameterParser<T> = (input: unknown) => ParsedParameter<T>;

/** The parsers of parameters by their names. */
export type ParameterParsers = Readonly<Record<string, ParameterParser<unknown>>>;

/** The values of parameters by their names. */
export type ParameterValues<Parsers extends ParameterParsers> = {
  readonly [Name in keyof Parsers]: Parsers[Name] extends ParameterParser<infer T> ? T : never;
};

/** Returns a parser of a parameter that can be missing. */
export function optional<T>(parse: ParameterParser<T>): ParameterParser<T | undefined> {
  return withDefault(parse, undefined);
}

/** Returns a parser of a parameter that has a value if it is missing. */
export function withDefault<T, Default>(parse: ParameterParser<T>, value: Default): ParameterParser<T | Default> {
  return (input) => (input === undefined ? { value } : parse(input));
}

/** Returns a parser of one of some texts. */
export function oneOf<const Text extends string>(
  texts: readonly Text[],
  expected: (input: unknown) => string = () => `expected one of ${texts.join(', ')}`,
): ParameterParser<Text> {
  return (input) => {
    const value = texts.find((text) => text === input);
    return value === undefined ? { problem: expected(input) } : { value };
  };
}

/** Returns a parser of a whole number from 1 to `max`. */
export function wholeNumber(max: number): ParameterParser<number> {
  return (input) => {
    const isValid = typeof input === 'number' && Number.isInteger(input) && input >= 1 && input <= max;
    return isValid ? { value: input } : { problem: `expected a whole number from 1 to ${max}` };
  };
}

/** Parses any text. */
export function anyText(input: unknown): ParsedParameter<string> {
  return typeof input === 'string' ? { value: input } : { problem: 'expected a string' };
}

/**
 * Returns a parser of one or more texts, without repetitions and sorted, because a cursor must be valid for the same texts in
 * another order.
 *
 * @param noun what a text is, such as `type`
 * @param problemOf returns what is wrong with a text
 */
export function textList(
  noun: string,
  max: number,
  problemOf: (text: string) => string | undefined,
): ParameterParser<readonly string[]> {
  return (input) => {
    const texts: readonly unknown[] = Array.isArray(input) ? input : [input];
    if (!texts.every((text) => typeof text === 'string'))
      return { problem: `expected a ${noun} or a list of ${noun}s` };
    if (texts.length === 0) return { problem: `expected at least one ${noun}` };
    const value = [...new Set(texts)].sort();
    const problem = value.map(problemOf).find((found) => found !== undefined);
    if (problem !== undefined) return { problem };
    return value.length > max ? { problem: `expected at most ${max} ${noun}s` } : { value };
  };
}
