import type { Handling } from '@event-tracker/http-contract';
import type { AppContext } from '../request/app-env.ts';

/** Adds the preference that was applied, if any, to the header fields of the response (RFC 7240, 3). */
export function notePreferenceApplied(c: AppContext, handling: Handling | undefined): void {
  if (handling) c.get('headers')['Preference-Applied'] = `handling=${handling}`;
}
