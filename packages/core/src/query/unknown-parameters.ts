import type { QueryProblem } from '../errors.ts';
import { nearestName } from '../nearest-name.ts';

/** Number of parameters that get a suggestion; error responses list no more problems than this. */
const MAX_SUGGESTIONS = 20;

/**
 * Describes unknown query parameters, each with the known name that was probably meant.
 *
 * @param known the names of the known parameters, `payload.PATH` for all payload filters
 */
export function describeUnknownParameters(
  unknown: readonly string[],
  known: readonly string[],
): readonly QueryProblem[] {
  const expected = known.length === 0 ? 'expected no parameters' : `expected ${known.join(', ')}`;
  return unknown.map((parameter, index) => {
    const nearest = index < MAX_SUGGESTIONS ? nearestName(parameter, known) : undefined;
    const suggestion = nearest === undefined ? '' : `, did you mean ${nearest}?`;
    return { parameter, code: 'unknown_parameter', detail: `unknown parameter${suggestion}; ${expected}` };
  });
}
