import { InvalidArgumentError } from 'commander';

/** Parses a whole number; the server checks its range. @throws InvalidArgumentError */
export function parseWholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
}

/** Parses a number of things that is at least one. @throws InvalidArgumentError */
export function parseCount(text: string): number {
  const count = parseWholeNumber(text);
  if (count === 0) throw new InvalidArgumentError('expected a whole number from 1');
  return count;
}
