import { KeyForm } from '../server/key-form.tsx';
import type { Outcome } from './correct.ts';

/** Why an event was not stored. */
export function Refusal({ outcome }: { readonly outcome: Outcome | 'storing' | undefined }) {
  if (outcome === undefined) return null;
  if (outcome === 'storing') return <p role="status">Storing the event …</p>;
  if (outcome.kind === 'still invalid')
    return (
      <p class="failure" role="alert">
        The event is still invalid. It stays in quarantine.
      </p>
    );
  if (outcome.kind === 'not JSON') {
    const { line, column, detail } = outcome.problem;
    return (
      <p class="failure" role="alert">
        Line {line}, column {column}: {detail}.
      </p>
    );
  }
  if (outcome.kind !== 'failed') return null;
  if (outcome.failure.remedy === 'another key') return <KeyForm failure={outcome.failure} />;
  return (
    <p class="failure" role="alert">
      The event stays in quarantine: {outcome.failure.sentence}
    </p>
  );
}
