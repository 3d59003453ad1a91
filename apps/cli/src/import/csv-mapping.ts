import { MAX_PAYLOAD_DEPTH, parseExactJson } from '@event-tracker/core/schemas';
import { createUsageError } from '../command-line/usage-error.ts';

/** How the text of a cell becomes a value. */
type CellType = 'text' | 'number' | 'boolean' | 'json';

/** A member of an event, and the column that has its value. */
export interface MappedMember {
  /** Names of the member, from the outside: `['payload', 'user', 'id']`. */
  readonly path: readonly string[];
  readonly type: CellType;
  readonly column: string;
}

/** A column of the file that becomes a member. */
export interface CellReader extends Pick<MappedMember, 'path' | 'type'> {
  readonly index: number;
}

const MEMBER = /^(id|event_type|timestamp|payload(?:\.[^.:]+)*)(?::(text|number|boolean|json))?$/;
const EXPECTED =
  'expected id, event_type, timestamp, payload or payload.NAME, which can end in :text, :number, :boolean or :json';
/** A comma that ends an assignment: what follows is the next one. */
const SEPARATOR = /,(?=(?:id|event_type|timestamp|payload[^=,]*)=)/;
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * Parses `event_type=kind,timestamp=time,payload.user=user name,payload.amount:number=amount`.
 *
 * @throws UsageError
 */
export function parseMapping(text: string): readonly MappedMember[] {
  return text.split(SEPARATOR).map((assignment) => {
    const [, member = '', column = ''] = /^([^=]*)=(.*)$/.exec(assignment) ?? [];
    if (column === '') throw createUsageError(`--map ${assignment}: expected MEMBER=COLUMN`);
    return { ...parseMember(member), column };
  });
}

function parseMember(text: string): Omit<MappedMember, 'column'> {
  const [, name, type] = MEMBER.exec(text) ?? [];
  if (name === undefined) throw createUsageError(`${text}: ${EXPECTED}`);
  const path = name.split('.');
  if (path.length > MAX_PAYLOAD_DEPTH) throw createUsageError(`${text}: expected at most ${MAX_PAYLOAD_DEPTH} names`);
  const usual: CellType = name === 'payload' ? 'json' : 'text';
  return { path, type: (type as CellType | undefined) ?? usual };
}

/**
 * Finds the columns of a file. Without a mapping, each column must have the name of a member.
 *
 * @throws UsageError naming the columns of the file if they do not fit
 */
export function findColumns(header: readonly string[], mapping: readonly MappedMember[]): readonly CellReader[] {
  const members = mapping.length > 0 ? mapping : header.map((column) => ({ ...parseColumn(column, header), column }));
  const indexes = Map.groupBy(header.keys(), (index) => header[index]);
  const readers = members.map(({ column, ...member }) => {
    const [index, second] = indexes.get(column) ?? [];
    if (index === undefined || second !== undefined)
      throw createUsageError(`expected one column ${column}; the columns are ${header.join(', ')}`);
    return { ...member, index };
  });
  const twice = findOverlap(readers.map(({ path }) => path));
  if (twice !== undefined) throw createUsageError(`${twice} is mapped twice`);
  return readers;
}

/** Returns a member that occurs twice, or that contains another one. */
function findOverlap(paths: readonly CellReader['path'][]): string | undefined {
  const containers = new Set(
    paths.flatMap((path) => path.slice(1).map((_, index) => nameOf(path.slice(0, index + 1)))),
  );
  const known = new Set<string>();
  return paths.map(nameOf).find((name) => {
    const isKnown = known.has(name) || containers.has(name);
    known.add(name);
    return isKnown;
  });
}

function nameOf(path: CellReader['path']): string {
  return path.join('.');
}

function parseColumn(column: string, header: readonly string[]): Omit<MappedMember, 'column'> {
  if (MEMBER.test(column)) return parseMember(column);
  throw createUsageError(
    `${column} is not the name of a member; write --map event_type=COLUMN,timestamp=COLUMN,payload.NAME=COLUMN with the columns ${header.join(', ')}`,
  );
}

/** Returns the members of an event, or the problem of a cell. An empty id, and an empty cell of another type than text, is no member. */
export function readCells(
  cells: readonly string[],
  readers: readonly CellReader[],
): { readonly value: object } | { readonly problem: string } {
  const event = { payload: {} };
  for (const { path, type, index } of readers) {
    const cell = cells[index] ?? '';
    if (cell === '' && (type !== 'text' || path[0] === 'id')) continue;
    const read = readCell(cell, type);
    if ('problem' in read) return { problem: `${nameOf(path)}: ${read.problem}` };
    setMember(event, path, read.value);
  }
  return { value: event };
}

function readCell(cell: string, type: CellType): { readonly value: unknown } | { readonly problem: string } {
  if (type === 'text') return { value: cell };
  if (type === 'number' && !NUMBER.test(cell)) return { problem: 'expected a number' };
  if (type === 'boolean' && cell !== 'true' && cell !== 'false') return { problem: 'expected true or false' };
  try {
    return { value: parseExactJson(cell) };
  } catch {
    return { problem: `expected ${type === 'json' ? 'JSON' : `a ${type}`}` };
  }
}

/** Defines the members, because assigning to `__proto__` would not create one. */
function setMember(target: object, [name = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true });
    return;
  }
  const known = Object.getOwnPropertyDescriptor(target, name)?.value as object | undefined; // mappings do not overlap
  const inner = known ?? {};
  if (!known) setMember(target, [name], inner);
  setMember(inner, rest, value);
}
