import * as v from 'valibot';

/** A path of plain segments. Its value has no slash at its end. */
export const BasePathSchema = v.pipe(
  v.string(),
  v.regex(/^(\/(?!\.\.?(\/|$))[A-Za-z0-9._~-]+)*\/?$/, 'expected a path such as /tracker'),
  v.transform((path) => path.replace(/\/$/, '')),
);
