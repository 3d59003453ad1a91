import type { Event } from '@event-tracker/core';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { setPageParameter } from '../address/current.ts';
import { problemsOf, type RecordProblem } from '../table/problems.ts';
import { heldText, type Outcome } from './correct.ts';
import { drafts } from './drafts.ts';
import { findPlaces, type TextPlace } from './json-places.ts';
import { ProblemList } from './problem-list.tsx';
import { Refusal } from './refusal.tsx';

interface Props {
  readonly record: Event;
  /** Result of the last attempt to store the text. */
  readonly outcome: Outcome | 'storing' | undefined;
  readonly store: (text: string) => void;
}

/** Edits the event that a record holds, as JSON. */
export function Editor({ record, outcome, store }: Props) {
  const area = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(drafts.get(record.id) ?? heldText(record));
  const problems = outcome !== 'storing' && outcome?.kind === 'still invalid' ? outcome.problems : problemsOf(record);
  // Of the text that was checked: to find them in a large one at each key would be slow.
  const places = useMemo(() => findPlaces(text, pointersOf(problems)), [outcome]);

  useEffect(() => select(places[0]), []);
  useEffect(() => {
    if (outcome === 'storing' || outcome === undefined) return;
    if (outcome.kind === 'not JSON') select(outcome.problem);
    if (outcome.kind === 'still invalid') select(places[0]);
  }, [outcome]);

  const isJson = outcome === 'storing' || outcome?.kind !== 'not JSON';

  function change(next: string): void {
    drafts.set(record.id, next);
    setText(next);
  }

  function select(place: TextPlace | undefined): void {
    if (!place) return;
    area.current?.setSelectionRange(place.start, place.end);
    area.current?.blur();
    area.current?.focus(); // scrolls to the selection
  }

  function close(): void {
    drafts.delete(record.id);
    setPageParameter('view.edit', undefined);
  }

  return (
    <form
      class="held"
      onSubmit={(event) => {
        event.preventDefault();
        store(text);
      }}
    >
      <ProblemList
        problems={problems}
        onSelect={(problem) => select(findPlaces(text, [problem.pointer])[0])}
        placeOf={isJson ? (index) => `line ${places[index]?.line}` : undefined}
      />
      <section class="editor" aria-label="Corrected event">
        <label for="corrected">The event, as JSON</label>
        <textarea
          ref={area}
          id="corrected"
          value={text}
          wrap="off"
          rows={Math.min(20, text.split('\n').length + 1)}
          spellcheck={false}
          onInput={(event) => change(event.currentTarget.value)}
        />
        <Refusal outcome={outcome} />
        <p class="buttons">
          <button type="submit" class="primary" disabled={outcome === 'storing'}>
            Store the event
          </button>
          <button type="button" onClick={close}>
            Cancel
          </button>
        </p>
      </section>
    </form>
  );
}

function pointersOf(problems: readonly RecordProblem[]): readonly string[] {
  return problems.map(({ pointer }) => pointer);
}
