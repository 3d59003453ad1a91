import * as v from 'valibot';

/** What names a store; whether its adapter understands the rest is for that to say. */
export const EventStoreSchema = v.pipe(
  v.string(),
  v.check(
    (text) =>
      /^(memory:|sqlite:.+)$/.test(text) || (/^(postgres(ql)?|clickhouse):\/\//.test(text) && URL.canParse(text)),
    'expected memory:, sqlite:PATH, or postgres: or clickhouse: and //USER:PASSWORD@HOST:PORT/DATABASE',
  ),
);
