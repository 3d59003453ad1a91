import type { JsonObject } from '@event-tracker/core';
import { MAX_NAMES, type Shape, type TypeName } from './shape.ts';

/** Number of different strings that are an enumeration. A single one may only be the first of many. */
const MIN_VALUES = 2;
/** Number of times that each string must occur for the strings to be an enumeration. */
const MIN_OCCURRENCES = 10;

/**
 * Describes a shape as a schema that all of its values match.
 *
 * @param maxShapes greatest number of shapes that are described: those of the first levels, and of a level the most frequent
 */
export function describeShape(root: Shape, maxShapes: number): JsonObject {
  const described = selectShapes(root, maxShapes);
  return describe(root, described);
}

/** Returns the shapes of the first levels. */
function selectShapes(root: Shape, maxShapes: number): ReadonlySet<Shape> {
  const selected = new Set<Shape>();
  let level: readonly Shape[] = [root];
  while (level.length > 0 && selected.size < maxShapes) {
    const chosen = level.slice(0, maxShapes - selected.size);
    for (const shape of chosen) selected.add(shape);
    // A stable sort: shapes with the same count stay in the order of their places.
    level = chosen.flatMap(childrenOf).sort((a, b) => b.count - a.count);
  }
  return selected;
}

function childrenOf({ members, items }: Shape): readonly Shape[] {
  return [...sortedMembers(members).map(([, member]) => member), ...(items ? [items] : [])];
}

function describe(shape: Shape, described: ReadonlySet<Shape>): JsonObject {
  const members = sortedMembers(shape.members).filter(([, member]) => described.has(member));
  const required = members.filter(([, member]) => member.count === shape.objects).map(([name]) => name);
  const items = shape.items && described.has(shape.items) ? shape.items : undefined;
  const comment = commentOf(shape, described);
  return {
    type: typesOf(shape),
    ...stringsOf(shape),
    ...(members.length > 0 && {
      properties: Object.fromEntries(members.map(([name, member]) => [name, describe(member, described)])),
    }),
    ...(required.length > 0 && { required }),
    ...(items && { items: describe(items, described) }),
    ...(comment !== undefined && { $comment: comment }),
  };
}

function typesOf({ types }: Shape): JsonObject['type'] {
  const names: readonly TypeName[] = [...types].filter((type) => type !== 'integer' || !types.has('number')).sort();
  const [single = 'object'] = names;
  return names.length > 1 ? names : single;
}

/** Returns the format of the strings, or else the strings if they are few and each occurs often. */
function stringsOf({ types, strings: { counts, formats } }: Shape): JsonObject {
  if (!types.has('string')) return {};
  const [format] = formats;
  if (format !== undefined) return { format };
  const hasOtherTypes = [...types].some((type) => type !== 'string' && type !== 'null');
  if (!counts || counts.size < MIN_VALUES || hasOtherTypes) return {};
  if ([...counts.values()].some((count) => count < MIN_OCCURRENCES)) return {};
  return { enum: [...[...counts.keys()].sort(), ...(types.has('null') ? [null] : [])] };
}

/** Returns what the schema leaves open, for a person who reads it. */
function commentOf({ members, items, isCut }: Shape, described: ReadonlySet<Shape>): string | undefined {
  if (isCut) return 'too deep or too large: not described';
  if (!members) return `over ${MAX_NAMES} different members: not described`;
  const omitted = [...members.values()].filter((member) => !described.has(member)).length;
  if (omitted > 0) return `a schema has no room for ${omitted} more members`;
  return items && !described.has(items) ? 'a schema has no room for the items' : undefined;
}

/** Returns the members of objects by name. */
function sortedMembers(members: Shape['members']): readonly (readonly [string, Shape])[] {
  return [...(members ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
}
