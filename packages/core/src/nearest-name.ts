/** Longest word that is compared. All names are shorter. */
const MAX_WORD_LENGTH = 64;

const TIMES = ['createdat', 'date', 'datetime', 'occurredat', 'time', 'ts', 'when'];
const DATA = ['attributes', 'data', 'metadata', 'params', 'properties', 'props'];

/** Names, and the words that may stand for each, in lower case without separators. The first known name is suggested. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  id: ['eventid', 'uuid'],
  event_type: ['action', 'event', 'eventname', 'kind', 'name', 'type'],
  'event_type[prefix]': ['prefix', 'typeprefix'],
  timestamp: TIMES,
  payload: [...DATA, 'body'],
  start: [...TIMES, 'after', 'from', 'since'],
  end: ['before', 'to', 'until'],
  q: ['query', 'search', 'text'],
  order: ['desc', 'descending', 'direction', 'orderby', 'sort', 'sortby'],
  limit: ['count', 'max', 'maxresults', 'pagesize', 'perpage', 'size', 'take'],
  cursor: ['offset', 'page', 'skip'],
  columns: ['fields', 'select'],
  metric: ['aggregate', 'aggregation', 'count'],
  interval: ['bucket', 'granularity', 'step'],
  time_zone: ['tz'],
  group_by: ['by', 'group'],
  'payload.PATH': [...DATA, 'fields', 'filter', 'path', 'payload', 'query', 'search', 'where'],
};

/**
 * Returns the known name that an unknown word most likely means, for "did you mean" in an error message: a name that
 * differs only in case and separators (`eventType`), else the name that a common synonym stands for (`from` means
 * `start`), else the name with the fewest typing errors. Returns `undefined` if no name is similar.
 *
 * @example nearestName('form', ['start', 'from']) // 'from'
 */
export function nearestName(word: string, names: readonly string[]): string | undefined {
  if (word.length > MAX_WORD_LENGTH) return undefined;
  const plain = toPlain(word);
  return (
    names.find((name) => toPlain(name) === plain) ??
    Object.keys(SYNONYMS).find((name) => names.includes(name) && SYNONYMS[name]?.includes(plain)) ??
    nearestBySpelling(plain, names)
  );
}

function toPlain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_. ]/g, '');
}

function nearestBySpelling(plain: string, names: readonly string[]): string | undefined {
  let nearest: string | undefined;
  // At most one error per three characters: with more, almost any short word resembles any other.
  let fewest = Math.floor(plain.length / 3) + 1;
  for (const name of names) {
    const compared = toPlain(name);
    if (Math.abs(plain.length - compared.length) >= fewest) continue; // each additional character is an error
    const errors = countTypingErrors(plain, compared);
    if (errors < fewest) [nearest, fewest] = [name, errors];
  }
  return nearest;
}

/**
 * Returns the number of insertions, deletions, replacements and swaps of neighbours that turn one word into the other
 * (Damerau-Levenshtein distance, optimal string alignment).
 */
function countTypingErrors(a: string, b: string): number {
  let beforePrevious: readonly number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1];
      let errors = Math.min(
        at(previous, column) + 1,
        at(current, column - 1) + 1,
        at(previous, column - 1) + (isSame ? 0 : 1),
      );
      const isSwapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (isSwapped) errors = Math.min(errors, at(beforePrevious, column - 2) + 1);
      current.push(errors);
    }
    beforePrevious = previous;
    previous = current;
  }
  return at(previous, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
