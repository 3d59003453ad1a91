/*
 * Every step of a check costs units of a budget, so that a check ends after a known time, whatever the schema and the payload.
 * A unit is at most about ten nanoseconds. The cost depends on the schema and the payload alone, never on the load of the
 * machine: a payload is checked with the same result each time.
 */

/** Thrown when the budget of a check is used up. */
const EXHAUSTED = new Error('the budget of the check is used up');

let remainingUnits = 0;

/**
 * Runs a check with a budget.
 *
 * @returns the result, or `exhausted` if the check would cost more than the budget
 */
export function runWithBudget<Result>(units: number, check: () => Result): { readonly result: Result } | 'exhausted' {
  remainingUnits = units;
  try {
    return { result: check() };
  } catch (error) {
    // A RangeError means that the stack is used up: the schema refers to itself without end.
    if (error === EXHAUSTED || error instanceof RangeError) return 'exhausted';
    throw error;
  }
}

/** Pays for a step. Ends the check if the budget is used up. */
export function spend(units: number): void {
  remainingUnits -= units;
  if (remainingUnits < 0) throw EXHAUSTED;
}
