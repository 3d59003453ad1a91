import * as v from 'valibot';

/** Origins as browsers write them, separated by commas. */
export const CorsOriginsSchema = v.pipe(
  v.string(),
  v.transform((text) => text.split(',').map((origin) => origin.trim())),
  v.check(
    (origins) => origins.every((origin) => /^https?:[^*]+$/.test(origin) && URL.parse(origin)?.origin === origin),
    'expected origins, each with only scheme and host, e.g. https://app.example.com,http://localhost:3000',
  ),
);
