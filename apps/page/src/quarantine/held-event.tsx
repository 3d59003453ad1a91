import type { Event } from '@event-tracker/core';
import { useEffect, useState } from 'preact/hooks';
import { JsonTree, MarkTexts } from '../event/json-tree.tsx';
import type { RecordProblem } from '../table/problems.ts';
import { existingPointer, markProblems } from './mark-problems.ts';
import { ProblemList } from './problem-list.tsx';

interface Props {
  readonly record: Event;
  readonly problems: readonly RecordProblem[];
}

/** What was sent, next to its problems. Selecting a problem shows its place. */
export function HeldEvent({ record, problems }: Props) {
  const { event, text } = record.payload;
  // Counts, so that the same place can be shown again after its part of the tree was collapsed.
  const [shown, setShown] = useState({ pointer: '', count: 0 });
  useEffect(() => {
    if (shown.count > 0) document.querySelector<HTMLElement>(`[data-place="${CSS.escape(shown.pointer)}"]`)?.focus();
  }, [shown]);
  const marks = event === undefined ? undefined : markProblems(event, problems);
  const select =
    event === undefined
      ? undefined
      : ({ pointer }: RecordProblem): void =>
          setShown({ pointer: existingPointer(event, pointer), count: shown.count + 1 });
  return (
    <div class="held">
      <ProblemList problems={problems} onSelect={select} />
      <section aria-label="What was sent">
        <h3>What was sent</h3>
        {event === undefined || !marks ? (
          <pre>{String(text ?? '')}</pre>
        ) : (
          <div data-place="" tabIndex={-1}>
            <MarkTexts texts={marks.get('')} />
            <JsonTree key={shown.count} names={['event']} value={event} depth={0} marks={marks} />
          </div>
        )}
      </section>
    </div>
  );
}
