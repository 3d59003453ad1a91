import type { JsonValue } from '@event-tracker/core';
import { pointerStep } from '@event-tracker/core/schemas';
import { useState } from 'preact/hooks';
import { withAdded } from '../address/address.ts';
import { address, show } from '../address/current.ts';
import { formatPath, formatValue } from '../address/payload-path.ts';
import { columns, setColumns } from '../table/columns.ts';
import { hasMark, type Marks, NO_MARKS } from './marks.ts';

/** Members and elements that are shown before "more" is selected. */
const FIRST_SHOWN = 50;
const MORE_SHOWN = 100;
/** Characters of a string that are shown before "more" is selected. */
const FIRST_CHARACTERS = 1_000;
const MORE_CHARACTERS = 10_000;
/** Deeper parts, and larger ones, are collapsed at first. */
const OPEN_DEPTH = 2;

interface NodeProps {
  /** The names on the way to the value; elements of an array have none. */
  readonly names: readonly string[];
  readonly value: JsonValue;
  readonly depth: number;
  /** Place of the value. */
  readonly pointer?: string;
  /** Texts to show at places. Parts with one are never collapsed at first. */
  readonly marks?: Marks;
}

/** A value as a tree. Each scalar can become a filter. */
export function JsonTree(props: NodeProps) {
  const { names, value } = props;
  if (typeof value !== 'object' || value === null) return <Scalar names={names} value={value} />;
  return <Branch {...props} value={value} />;
}

function Branch({ names, value, depth, pointer = '', marks = NO_MARKS }: NodeProps & { readonly value: object }) {
  const entries = Array.isArray(value)
    ? value.map((element: JsonValue) => [undefined, element] as const)
    : Object.entries(value);
  const [isOpen, setOpen] = useState((depth < OPEN_DEPTH && entries.length <= FIRST_SHOWN) || hasMark(marks, pointer));
  const [count, setCount] = useState(FIRST_SHOWN);
  const size = Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`;
  const placeOf = (index: number): string => pointer + pointerStep(entries[index]?.[0] ?? index);
  const isShown = (index: number): boolean => index < count || (marks.size > 0 && hasMark(marks, placeOf(index)));
  const shown = [...entries.entries()].filter(([index]) => isShown(index));
  if (entries.length === 0) return <code>{Array.isArray(value) ? '[]' : '{}'}</code>;
  return (
    <>
      {depth > 0 && (
        <button type="button" class="fold" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? '▾' : '▸'} {size}
        </button>
      )}
      {(isOpen || depth === 0) && (
        <ul class="tree">
          {shown.map(([index, [name, member]]) => (
            <li key={name ?? index} data-place={placeOf(index)} tabIndex={marks.has(placeOf(index)) ? -1 : undefined}>
              <span class="name">{name ?? index}</span>
              <JsonTree
                names={name === undefined ? names : [...names, name]}
                value={member}
                depth={depth + 1}
                pointer={placeOf(index)}
                marks={marks}
              />
              <MarkTexts texts={marks.get(placeOf(index))} />
            </li>
          ))}
          {entries.length > shown.length && (
            <li>
              <button type="button" onClick={() => setCount(count + MORE_SHOWN)}>
                {entries.length - shown.length} more
              </button>
            </li>
          )}
        </ul>
      )}
    </>
  );
}

/** What is wrong at a place. */
export function MarkTexts({ texts = [] }: { readonly texts: readonly string[] | undefined }) {
  return texts.map((text) => (
    <p class="mark" key={text}>
      {text}
    </p>
  ));
}

function Scalar({
  names,
  value,
}: {
  readonly names: readonly string[];
  readonly value: Exclude<JsonValue, object> | null;
}) {
  const [length, setLength] = useState(FIRST_CHARACTERS);
  const path = formatPath(names);
  const text = typeof value === 'string' ? value : String(value);
  const filterValue = formatValue(value);
  const shown = text.slice(0, length);
  const filter = (operator: '' | '[ne]'): void => {
    if (filterValue !== undefined) show(withAdded(address.peek(), [[`payload.${path}${operator}`, filterValue]]));
  };
  return (
    <span class="scalar">
      <code class={value === null ? 'null' : typeof value}>{shown}</code>
      {shown.length < text.length && (
        <button type="button" onClick={() => setLength(length + MORE_CHARACTERS)}>
          {(text.length - shown.length).toLocaleString('en')} more characters
        </button>
      )}
      <span class="actions">
        {filterValue !== undefined && (
          <>
            <button
              type="button"
              title={`Show only events with this ${path}`}
              aria-label={`Filter for this ${path}`}
              onClick={() => filter('')}
            >
              =
            </button>
            <button
              type="button"
              title={`Hide events with this ${path}`}
              aria-label={`Filter out this ${path}`}
              onClick={() => filter('[ne]')}
            >
              ≠
            </button>
          </>
        )}
        {!columns.value.includes(path) && (
          <button
            type="button"
            title={`Show ${path} as a column`}
            aria-label={`Show ${path} as a column`}
            onClick={() => setColumns([...columns.peek(), path])}
          >
            ▥
          </button>
        )}
      </span>
    </span>
  );
}
