import type { RecordProblem } from '../table/problems.ts';

interface Props {
  readonly problems: readonly RecordProblem[];
  /** Shows the place of a problem. */
  readonly onSelect: (problem: RecordProblem) => void;
  /** Returns a name for the place of a problem other than its pointer. */
  readonly placeOf?: (index: number) => string;
}

/** The problems of an event. */
export function ProblemList({ problems, onSelect, placeOf }: Props) {
  return (
    <section aria-label="Problems">
      <h3>{problems.length === 1 ? '1 problem' : `${problems.length} problems`}</h3>
      <ol class="problems">
        {problems.map((problem, index) => (
          <li key={`${problem.pointer} ${problem.detail}`}>
            <button type="button" title="Show the place" onClick={() => onSelect(problem)}>
              <code>{problem.pointer === '' ? 'the whole event' : problem.pointer}</code>
            </button>
            {placeOf && <span class="muted"> {placeOf(index)}</span>}
            <p>{problem.detail}</p>
            <Origin problem={problem} />
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The keyword of a schema and its file, or the code of another problem. */
function Origin({ problem: { code, keyword, schema } }: { readonly problem: RecordProblem }) {
  if (keyword === undefined) return <p class="muted">{code}</p>;
  return (
    <p class="muted">
      keyword <code>{keyword}</code>
      {schema !== undefined && (
        <>
          {' '}
          of <code>{schema}</code>
        </>
      )}
    </p>
  );
}
