import type { Event } from '@event-tracker/core';
import { computed, useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { address, timeZone } from '../address/current.ts';
import { shownType } from '../address/quarantine-type.ts';
import { formatTime } from '../address/zoned-time.ts';
import { cellText, columns, payloadPreview, setColumns } from './columns.ts';
import { events, isComplete, isLoading, loadOlder, pause, resume } from './events.ts';
import { describeProblem, problemsOf } from './problems.ts';
import { select, selectedIndex } from './selection.ts';
import { ROW_HEIGHT, scrollPositionFor, visibleRows } from './visible-rows.ts';

/** Older events are loaded when fewer rows than this are below the visible ones. */
const LOAD_AHEAD = 50;
const ROWS_PER_PAGE = 15;

const isQuarantine = computed(() => address.value.view === 'quarantine');

/** The events, newest first. Arrow keys select one. */
export function EventTable() {
  const scroller = useRef<HTMLDivElement>(null);
  const scrollTop = useSignal(0);
  const height = useSignal(0);
  const selected = useComputed(selectedIndex);
  const range = useComputed(() => visibleRows(events.value.length, scrollTop.value, height.value));

  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() => {
      height.value = element.clientHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useSignalEffect(() => {
    if (range.value.end >= events.value.length - LOAD_AHEAD) loadOlder();
  });

  function scroll(event: { readonly currentTarget: HTMLElement }): void {
    scrollTop.value = event.currentTarget.scrollTop;
    if (scrollTop.value > 0) pause();
    else resume();
  }

  function press(event: KeyboardEvent): void {
    const steps = STEPS[event.key];
    if (steps === undefined) return;
    event.preventDefault();
    const last = events.peek().length - 1;
    const index = Math.min(Math.max(selected.peek() + steps, 0), last);
    select(index);
    const element = scroller.current;
    if (element) element.scrollTop = scrollPositionFor(index, element.scrollTop, element.clientHeight);
  }

  const { first, end } = range.value;
  return (
    <div
      class="table"
      ref={scroller}
      role="grid"
      aria-label={isQuarantine.value ? 'Quarantined events, newest first' : 'Events, newest first'}
      aria-rowcount={isComplete.value ? events.value.length + 1 : -1}
      aria-busy={isLoading.value}
      aria-activedescendant={selected.value >= 0 ? `row-${selected.value}` : undefined}
      tabIndex={0}
      onScroll={scroll}
      onKeyDown={press}
    >
      <div class="scrolled" role="presentation">
        <Header />
        <div role="rowgroup" class="rows" ref={(element) => setHeight(element, events.value.length * ROW_HEIGHT)}>
          {events.value.slice(first, end).map((event, offset) => (
            <Row key={event.id} event={event} index={first + offset} isSelected={first + offset === selected.value} />
          ))}
        </div>
      </div>
    </div>
  );
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: ROWS_PER_PAGE,
  PageUp: -ROWS_PER_PAGE,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

function Header() {
  return (
    <div role="rowgroup" class="header">
      <div role="row" class="row">
        <span role="columnheader" class="time">
          {isQuarantine.value ? 'Received' : 'Time'} ({timeZone.value === 'UTC' ? 'UTC' : 'local'})
        </span>
        <span role="columnheader" class="type">
          {isQuarantine.value ? 'Original type' : 'Type'}
        </span>
        {columns.value.map((path) => (
          <span role="columnheader" class="cell" key={path}>
            {path}{' '}
            <button
              type="button"
              aria-label={`Delete the column ${path}`}
              onClick={() => setColumns(columns.peek().filter((other) => other !== path))}
            >
              ×
            </button>
          </span>
        ))}
        {isQuarantine.value && (
          <span role="columnheader" class="problem-count">
            Problems
          </span>
        )}
        <span role="columnheader" class="payload">
          {isQuarantine.value ? 'First problem' : 'Payload'}
        </span>
      </div>
    </div>
  );
}

interface RowProps {
  readonly event: Event;
  readonly index: number;
  readonly isSelected: boolean;
}

function Row({ event, index, isSelected }: RowProps) {
  return (
    <div
      role="row"
      id={`row-${index}`}
      class="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      ref={(element) => setTop(element, index * ROW_HEIGHT)}
      onClick={() => select(index)}
    >
      <span role="gridcell" class="time">
        <Time timestamp={event.timestamp} />
      </span>
      <span role="gridcell" class="type">
        {shownType(event.event_type, address.value.view)}
      </span>
      {columns.value.map((path) => (
        <span role="gridcell" class="cell" key={path}>
          {cellText(event, path)}
        </span>
      ))}
      {isQuarantine.value ? (
        <ProblemCells event={event} />
      ) : (
        <span role="gridcell" class="payload muted">
          {payloadPreview(event)}
        </span>
      )}
    </div>
  );
}

/** A time, whose fraction of a second narrow windows do not show. */
function Time({ timestamp }: { readonly timestamp: string }) {
  const [time = '', fraction] = formatTime(timestamp, timeZone.value).split('.');
  return (
    <>
      {time}
      {fraction !== undefined && <span class="fraction">.{fraction}</span>}
    </>
  );
}

function ProblemCells({ event }: { readonly event: Event }) {
  const problems = problemsOf(event);
  const [first] = problems;
  return (
    <>
      <span role="gridcell" class="problem-count">
        {problems.length}
      </span>
      <span role="gridcell" class="payload muted">
        {first && describeProblem(first)}
      </span>
    </>
  );
}

// The policy of the page forbids style attributes, but not changes through the object model.
function setTop(element: HTMLElement | null, px: number): void {
  if (element) element.style.transform = `translateY(${px}px)`;
}

function setHeight(element: HTMLElement | null, px: number): void {
  if (element) element.style.height = `${px}px`;
}
