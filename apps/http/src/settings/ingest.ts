import * as v from 'valibot';
import { INGEST_PROTOCOLS, type IngestProtocol } from '../app/ingest/protocols.ts';

const EXPECTED = `expected off, or names with commas in between: ${INGEST_PROTOCOLS.join(', ')}`;

/** Names of protocols, separated by commas; `off` for none. */
export const IngestSchema = v.pipe(
  v.string(),
  v.transform((text) => (text === 'off' ? [] : text.split(',').map((name) => name.trim()))),
  v.check((names) => new Set(names).size === names.length, 'expected every name once'),
  v.array(v.picklist(INGEST_PROTOCOLS, EXPECTED)),
  v.transform((names): readonly IngestProtocol[] => names),
);
