/** Longest word that is compared. All names are shorter. */
const MAX_WORD_LENGTH = 64;

/** Common synonyms, in lower case without separators, and the names they may stand for. */
const OTHER_WORDS: Readonly<Record<string, readonly string[]>> = {
  action: ['event_type'],
  after: ['start', 'after'],
  aggregate: ['metric'],
  aggregation: ['metric'],
  attributes: ['payload', 'payload.PATH'],
  before: ['end'],
  body: ['payload'],
  bucket: ['interval'],
  by: ['group_by'],
  count: ['limit', 'metric'],
  createdat: ['timestamp', 'start'],
  data: ['payload', 'payload.PATH'],
  date: ['timestamp', 'start'],
  datetime: ['timestamp', 'start'],
  desc: ['order'],
  descending: ['order'],
  direction: ['order'],
  event: ['event_type'],
  eventid: ['id'],
  eventname: ['event_type'],
  fields: ['columns', 'payload.PATH'],
  filter: ['payload.PATH'],
  from: ['start'],
  granularity: ['interval'],
  group: ['group_by'],
  kind: ['event_type'],
  max: ['limit'],
  maxresults: ['limit'],
  metadata: ['payload', 'payload.PATH'],
  name: ['event_type'],
  occurredat: ['timestamp', 'start'],
  offset: ['cursor'],
  orderby: ['order'],
  page: ['cursor'],
  pagesize: ['limit'],
  params: ['payload', 'payload.PATH'],
  path: ['payload.PATH'],
  payload: ['payload.PATH'],
  perpage: ['limit'],
  prefix: ['event_type[prefix]'],
  properties: ['payload', 'payload.PATH'],
  props: ['payload', 'payload.PATH'],
  query: ['q', 'payload.PATH'],
  search: ['q', 'payload.PATH'],
  select: ['columns'],
  since: ['start'],
  size: ['limit'],
  skip: ['cursor'],
  sort: ['order'],
  sortby: ['order'],
  step: ['interval'],
  take: ['limit'],
  text: ['q'],
  time: ['timestamp', 'start'],
  to: ['end'],
  ts: ['timestamp', 'start'],
  type: ['event_type'],
  typeprefix: ['event_type[prefix]'],
  tz: ['time_zone'],
  until: ['end'],
  uuid: ['id'],
  when: ['timestamp', 'start'],
  where: ['payload.PATH'],
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
  const meant = Object.hasOwn(OTHER_WORDS, plain) ? OTHER_WORDS[plain] : undefined;
  return (
    names.find((name) => toPlain(name) === plain) ??
    meant?.find((name) => names.includes(name)) ??
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
    const errors = countTypingErrors(plain, toPlain(name));
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
