import { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { createRandom } from '@event-tracker/event-store-conformance';

/** An event as earlier versions stored it. */
export interface OldEvent {
  readonly sequence: number;
  readonly id: string;
  readonly event_type: string;
  readonly epochNanoseconds: bigint;
  readonly payload: string;
}

/** What each schema version added to the previous one, as that version wrote it. */
const VERSIONS: readonly string[] = [
  `CREATE TABLE events (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    event_type TEXT NOT NULL,
    epoch_nanoseconds INTEGER NOT NULL,
    payload TEXT NOT NULL
  ) STRICT;
  CREATE INDEX events_by_time ON events (epoch_nanoseconds, id);
  CREATE INDEX events_by_type_and_time ON events (event_type, epoch_nanoseconds, id);
  PRAGMA application_id = 0x45765472;`,
  'CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID',
  `INSERT INTO meta VALUES ('store_id', '0123456789abcdef0123456789abcdef')`,
  'ALTER TABLE events ADD COLUMN payload_crc32 INTEGER',
  `CREATE TABLE hourly_totals (
    event_type TEXT NOT NULL,
    hour INTEGER NOT NULL,
    events INTEGER NOT NULL,
    PRIMARY KEY (event_type, hour)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO meta VALUES ('totals_after', '0')`,
];

/** The schema versions whose files `createOldFile` can create. */
export const OLD_VERSIONS: readonly number[] = VERSIONS.map((_, index) => index + 1);

const FIRST_WITH_CHECKSUMS = 4;
const FIRST_WITH_TOTALS = 5;

/**
 * Creates a file of an earlier schema version.
 *
 * @param lastSequence the last sequence that the file has assigned. Default: that of the last event
 */
export function createOldFile(
  path: string,
  version: number,
  events: readonly OldEvent[],
  { lastSequence }: { readonly lastSequence?: bigint | undefined } = {},
): void {
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL; BEGIN');
  for (const sql of VERSIONS.slice(0, version)) database.exec(sql);
  const insert = database.prepare(
    'INSERT INTO events (sequence, id, event_type, epoch_nanoseconds, payload) VALUES (?, ?, ?, ?, ?)',
  );
  for (const { sequence, id, event_type, epochNanoseconds, payload } of events)
    insert.run(sequence, id, event_type, epochNanoseconds, payload);
  if (version >= FIRST_WITH_CHECKSUMS) {
    database.function('crc32', (payload) => crc32(String(payload)));
    // An event of an earlier version has no checksum.
    database.exec('UPDATE events SET payload_crc32 = crc32(payload) WHERE sequence % 10 > 0');
  }
  if (version >= FIRST_WITH_TOTALS) database.exec(FILL_TOTALS);
  if (lastSequence !== undefined) {
    database.exec("DELETE FROM sqlite_sequence WHERE name = 'events'");
    database.prepare("INSERT INTO sqlite_sequence VALUES ('events', ?)").run(lastSequence);
  }
  database.exec(`PRAGMA user_version = ${version}; COMMIT`);
  database.close();
}

const HOUR = 3_600_000_000_000n;
const FILL_TOTALS = `
  INSERT INTO hourly_totals
  SELECT event_type, epoch_nanoseconds / ${HOUR} - (epoch_nanoseconds % ${HOUR} < 0), count(*) FROM events GROUP BY 1, 2`;

const PAYLOADS = ['{}', '{"b":1,"a":[1e21,0.10000000000000001,-0]}', '{"text":"\\u0000 \\ud800 é 😀 \\" "}'];

/** Returns events with gaps in their sequences, several at one instant, in another order than their ids. */
export function oldEvents(count: number, seed: number): readonly OldEvent[] {
  const random = createRandom(seed);
  const digits = (length: number): string => Array.from({ length }, () => random.integer(16).toString(16)).join('');
  let sequence = 0;
  return Array.from({ length: count }, (_, n) => {
    sequence += 1 + random.integer(3);
    return {
      sequence,
      id: `${digits(8)}-${digits(4)}-${digits(4)}-${digits(4)}-${digits(12)}`,
      event_type: random.pick(['login', 'é', 'a.b']),
      epochNanoseconds: BigInt(random.integer(Math.ceil(count / 3)) - 1_000) * 1_000_000_007n,
      payload: n % 4 === 0 ? `{"n":${n},"text":"${'x'.repeat(random.integer(300))}"}` : random.pick(PAYLOADS),
    };
  });
}

const DIGITS = "CASE typeof(id) WHEN 'text' THEN replace(id, '-', '') ELSE lower(hex(id)) END";

/** Returns the rows of a file. Each is a text, because a comparison of thousands of objects is slow. */
export function rowsOf(path: string): readonly string[] {
  const database = new DatabaseSync(path);
  const select = database.prepare(
    `SELECT concat_ws(' ', sequence, ${DIGITS}, event_type, epoch_nanoseconds, payload_crc32 IS NULL, payload)
     FROM events ORDER BY sequence`,
  );
  select.setReturnArrays(true);
  const rows = select.all();
  database.close();
  return rows.map(String);
}
