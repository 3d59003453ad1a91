import { formatTimestamp } from '@event-tracker/core/store';
import { readForeignId } from '../foreign-id.ts';
import { isRecord, isText, type JsonRecord, omit } from '../json.ts';
import { type DeriveId, problemAt, type TranslatedItem, withSent } from '../translation.ts';

export interface SnowplowOptions {
  readonly deriveId: DeriveId;
  /** Parses JSON, or throws. */
  readonly parseJson: (text: string) => unknown;
  /** Decodes base64url of UTF-8, or throws. */
  readonly decodeBase64: (text: string) => string;
}

const NAMESPACE = 'c4f1d7a2-6b3e-4a90-8e5d-1f2b9c7d3a05';
/** The latest time of an event, in 2262, in milliseconds. */
const MAX_MS = 9_223_372_036_854;

/** Names of events by `e`; of the others, the name depends on their content. */
const NAMES: ReadonlyMap<unknown, string> = new Map([
  ['pv', 'page_view'],
  ['pp', 'page_ping'],
  ['tr', 'transaction'],
  ['ti', 'transaction_item'],
]);
/** Members that hold JSON, as text or in base64url, and the member of the payload with the value. */
const ENCODED = [
  { member: 'ue', plain: 'ue_pr', base64: 'ue_px' },
  { member: 'co', plain: 'co', base64: 'cx' },
] as const;
/** The name in the URI of a schema, `iglu:VENDOR/NAME/FORMAT/VERSION`. */
const SCHEMA_NAME = /^iglu:[^/]+\/([^/]+)\/[^/]+\/[^/]+$/;

/** The time of sending differs when a tracker sends an event again. */
const NOT_KEPT: ReadonlySet<string> = new Set(['stm']);

/** Translates an event of a Snowplow tracker (tracker protocol), whose values are texts. */
export function readSnowplowEvent(input: unknown, options: SnowplowOptions): TranslatedItem {
  return withSent(translateEvent(input, options), () => (isRecord(input) ? omit(input, NOT_KEPT) : input));
}

function translateEvent(input: unknown, options: SnowplowOptions): TranslatedItem {
  if (!isRecord(input)) return problemAt('', 'not_an_object', 'expected an event, which is an object');
  const eid = readForeignId(input.eid, NAMESPACE, options.deriveId);
  if (!eid) return problemAt('/eid', 'invalid_eid', 'expected text that is not empty');
  const timeMember = input.ttm === undefined ? 'dtm' : 'ttm';
  const ms = readMs(input[timeMember]);
  if (ms === undefined)
    return problemAt(`/${timeMember}`, 'invalid_time', 'expected milliseconds since 1970 in ttm or dtm, as text');
  const decoded: Record<string, unknown> = {};
  const places: [string, string][] = [];
  for (const { member, plain, base64 } of ENCODED) {
    const name = input[base64] === undefined && input[plain] !== undefined ? plain : base64;
    if (input[name] === undefined) continue;
    const value = decode(input[name], name === base64, options);
    if (value === undefined || (name === base64 && input[plain] !== undefined))
      return problemAt(
        `/${name}`,
        'invalid_json',
        `expected JSON with data, in ${plain} or, as base64url, in ${base64}`,
      );
    decoded[member] = value.data;
    places.push([`/payload/${member}`, `/${name}`]);
  }
  const type = typeOf(input, decoded.ue);
  if ('problem' in type) return type;
  const event = {
    ...(eid.id !== undefined && { id: eid.id }),
    event_type: type.name,
    timestamp: formatTimestamp(BigInt(ms) * 1_000_000n),
    payload: {
      ...omit(input, new Set([timeMember, 'stm', 'ue_pr', 'ue_px', 'co', 'cx', ...(eid.isKept ? ['eid'] : [])])),
      ...decoded,
    },
  };
  places.push(['/event_type', type.place], ['/timestamp', `/${timeMember}`], ['/payload', '']);
  return { event, places };
}

function readMs(value: unknown): number | undefined {
  const ms = typeof value === 'string' && /^\d{1,13}$/.test(value) ? Number(value) : undefined;
  return ms !== undefined && ms <= MAX_MS ? ms : undefined;
}

/** Returns the JSON of a member, which has its value in `data`; `undefined` if it is none. */
function decode(
  value: unknown,
  isBase64: boolean,
  { parseJson, decodeBase64 }: SnowplowOptions,
): (JsonRecord & { readonly data: unknown }) | undefined {
  if (!isText(value)) return undefined;
  try {
    const json = parseJson(isBase64 ? decodeBase64(value) : value);
    return isRecord(json) && json.data !== undefined ? { ...json, data: json.data } : undefined;
  } catch {
    return undefined;
  }
}

/** @param ue the self-describing event, decoded */
function typeOf(
  { e, se_ac: action, ue_pr: plain }: JsonRecord,
  ue: unknown,
): { readonly name: string; readonly place: string } | Extract<TranslatedItem, { readonly problem: unknown }> {
  const name = NAMES.get(e);
  if (name !== undefined) return { name, place: '/e' };
  if (e === 'se') {
    return isText(action)
      ? { name: `se_${action}`, place: '/se_ac' }
      : problemAt('/se_ac', 'required', 'se_ac is required');
  }
  if (e !== 'ue') return problemAt('/e', 'unknown_event', 'expected e as pv, pp, se, ue, tr or ti');
  const [, schemaName] = SCHEMA_NAME.exec(isRecord(ue) && isText(ue.schema) ? ue.schema : '') ?? [];
  const place = plain === undefined ? '/ue_px' : '/ue_pr';
  if (schemaName !== undefined) return { name: schemaName, place };
  return problemAt(place, 'invalid_schema', 'expected data with a schema, iglu:VENDOR/NAME/FORMAT/VERSION');
}
