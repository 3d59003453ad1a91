import { InvalidArgumentError } from 'commander';

/** Parses a whole number; the server checks its range. @throws InvalidArgumentError */
export function parseWholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('expected a whole number');
  return Number(text);
}
