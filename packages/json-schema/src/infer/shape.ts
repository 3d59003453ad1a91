import type { JsonObject, JsonValue } from '@event-tracker/core';
import { isJsonArray } from '@event-tracker/core/store';
import { hasFormat, STRING_FORMATS, type StringFormat } from './string-format.ts';

/** The types of JSON Schema; `integer` is a number without a fraction. */
export type TypeName = 'array' | 'boolean' | 'integer' | 'null' | 'number' | 'object' | 'string';

/** What the values at one place have in common. */
export interface Shape {
  /** Number of values. */
  count: number;
  readonly types: Set<TypeName>;
  readonly strings: Strings;
  /** Number of objects among the values. */
  objects: number;
  /** The members of the objects; undefined if they have too many different names. */
  members: Map<string, Shape> | undefined;
  /** The items of the arrays; undefined if all are empty. */
  items: Shape | undefined;
  /** True if the values are too deep: their members and items are not known. */
  isCut: boolean;
}

/** What the strings at one place have in common. */
interface Strings {
  /** How often each string occurs; undefined if they are too many, or one is too long. */
  counts: Map<string, number> | undefined;
  /** The formats that all of them have. */
  formats: readonly StringFormat[];
}

/** The shape of payloads. */
export interface PayloadShape {
  readonly root: Shape;
  add(payload: JsonObject): void;
}

/** Greatest number of levels of objects and arrays. Schemas can have more, but such a schema is hardly read. */
const MAX_LEVELS = 16;
/** Greatest number of shapes within a shape: it bounds the memory. */
const MAX_SHAPES = 20_000;
/** Greatest number of different names of members at one place. More are not names of members but values, such as ids. */
export const MAX_NAMES = 200;
/** Greatest number of different strings that are counted at one place. */
const MAX_STRINGS = 10;
/** Greatest length of a string that is counted. */
const MAX_STRING_LENGTH = 64;

/** Creates the shape of no payloads. */
export function createPayloadShape(): PayloadShape {
  const root = createShape();
  let shapes = 1;
  let levels = MAX_LEVELS;

  function add(shape: Shape, value: JsonValue, level: number): void {
    shape.count++;
    shape.types.add(typeOf(value));
    if (typeof value === 'string') addString(shape.strings, value);
    if (typeof value !== 'object' || value === null) return;
    if (level > levels) shape.isCut = true;
    else if (isJsonArray(value)) addItems(shape, value, level + 1);
    else addMembers(shape, value, level + 1);
  }

  function addItems(shape: Shape, items: readonly JsonValue[], level: number): void {
    if (items.length === 0) return;
    shape.items ??= create();
    for (const item of items) add(shape.items, item, level);
  }

  function addMembers(shape: Shape, members: JsonObject, level: number): void {
    shape.objects++;
    for (const [name, value] of Object.entries(members)) {
      const member = shape.members?.get(name) ?? addMember(shape, name);
      if (member) add(member, value, level);
    }
  }

  function addMember(shape: Shape, name: string): Shape | undefined {
    if (shape.members?.size === MAX_NAMES) {
      shapes -= [...shape.members.values()].reduce((sum, member) => sum + countShapes(member), 0);
      shape.members = undefined;
    }
    if (!shape.members) return undefined;
    const member = create();
    shape.members.set(name, member);
    return member;
  }

  function create(): Shape {
    shapes++;
    return createShape();
  }

  return {
    root,
    add: (payload) => {
      add(root, payload, 1);
      while (shapes > MAX_SHAPES) {
        levels--;
        cutBelow(root, levels);
        shapes = countShapes(root);
      }
    },
  };
}

function createShape(): Shape {
  return {
    count: 0,
    types: new Set(),
    strings: { counts: new Map(), formats: STRING_FORMATS },
    objects: 0,
    members: new Map(),
    items: undefined,
    isCut: false,
  };
}

function typeOf(value: JsonValue): TypeName {
  if (value === null) return 'null';
  if (isJsonArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value as 'boolean' | 'object' | 'string'; // JSON has no other types
}

function addString(strings: Strings, value: string): void {
  strings.formats = strings.formats.filter((format) => hasFormat(value, format));
  const { counts } = strings;
  if (!counts) return;
  counts.set(value, (counts.get(value) ?? 0) + 1);
  if (counts.size > MAX_STRINGS || value.length > MAX_STRING_LENGTH) strings.counts = undefined;
}

/** Forgets what is below a number of levels. */
function cutBelow(shape: Shape, levels: number): void {
  if (levels === 0 && (shape.types.has('object') || shape.types.has('array'))) {
    shape.isCut = true;
    shape.members = new Map();
    shape.items = undefined;
    return;
  }
  for (const inner of childrenOf(shape)) cutBelow(inner, levels - 1);
}

function countShapes(shape: Shape): number {
  return childrenOf(shape).reduce((sum, inner) => sum + countShapes(inner), 1);
}

function childrenOf({ members, items }: Shape): readonly Shape[] {
  return [...(members?.values() ?? []), ...(items ? [items] : [])];
}
