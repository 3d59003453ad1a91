import type { RecordProblem } from '../table/problems.ts';

interface Props {
  readonly problems: readonly RecordProblem[];
  /** Shows the place of a problem. Undefined if there are no places to show. */
  readonly onSelect: ((problem: RecordProblem) => void) | undefined;
  /** Returns a name for the place of a problem other than its pointer. */
  readonly placeOf?: ((index: number) => string) | undefined;
}

/** The problems of an event. */
export function ProblemList({ problems, onSelect, placeOf }: Props) {
  return (
    <section aria-label="Problems">
      <h3>{problems.length === 1 ? '1 problem' : `${problems.length} problems`}</h3>
      <ol class="problems">
        {problems.map((problem, index) => (
          <li key={`${index} ${problem.pointer}`}>
            {onSelect ? (
              <button type="button" title="Show the place" onClick={() => onSelect(problem)}>
                <Pointer problem={problem} />
              </button>
            ) : (
              <Pointer problem={problem} />
            )}
            {placeOf && <span class="muted"> {placeOf(index)}</span>}
            <p>{problem.detail}</p>
            <Origin problem={problem} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Pointer({ problem: { pointer } }: { readonly problem: RecordProblem }) {
  return <code>{pointer === '' ? 'the whole event' : pointer}</code>;
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
