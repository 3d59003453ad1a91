import type { Event, EventTypeSummary } from '@event-tracker/core';
import { PAYLOAD_OPERATORS } from '@event-tracker/core/schemas';
import { formatValue, parsePath, samplePaths, valuesAt } from '../address/payload-path.ts';

/** Greatest number of sampled paths and of values that are proposed. */
const MAX_PATHS = 200;
const MAX_PROPOSALS = 50;
const MAX_SAMPLED_EVENTS = 500;

const NAMES = ['event_type=', 'event_type[prefix]=', 'q=', 'start=', 'end='];
const OPERATORS = ['=', ...PAYLOAD_OPERATORS.map((operator) => `[${operator}]=`)];

export interface Sample {
  readonly types: readonly EventTypeSummary[];
  /** Loaded events, whose paths and values are proposed. */
  readonly events: readonly Event[];
}

/** Returns what a filter that is being typed can become, up to 50 proposals. */
export function complete(text: string, { types, events }: Sample): readonly string[] {
  const payloads = events.slice(0, MAX_SAMPLED_EVENTS).map(({ payload }) => payload);
  return startingWith(text, proposalsFor(text, types, payloads));
}

function proposalsFor(
  text: string,
  types: readonly EventTypeSummary[],
  payloads: readonly Event['payload'][],
): readonly string[] {
  const [, path, operator] = /^payload\.((?:"(?:[^"\\]|\\.)*"|[^"=[])+)(\[\w*\]?)?(?:=|$)/.exec(text) ?? [];
  if (text.startsWith('event_type=')) return types.map(({ event_type }) => `event_type=${event_type}`);
  if (path !== undefined && text.includes('='))
    return valuesOf(path, payloads).map((value) => `payload.${path}${operator ?? ''}=${value}`);
  const paths = samplePaths(payloads, MAX_PATHS).map((name) => `payload.${name}`);
  const exact =
    path !== undefined && paths.includes(`payload.${path}`) ? OPERATORS.map((end) => `payload.${path}${end}`) : [];
  return [...exact, ...NAMES, ...paths.map((name) => `${name}=`)];
}

function valuesOf(path: string, payloads: readonly Event['payload'][]): readonly string[] {
  const names = parsePath(path);
  if (!names) return [];
  const values = payloads.flatMap((payload) => valuesAt(payload, names));
  const texts = values.flatMap((value) =>
    typeof value === 'object' && value !== null ? [] : (formatValue(value) ?? []),
  );
  return [...new Set(texts)];
}

/** Puts proposals that start with the text before those that contain it. */
function startingWith(text: string, proposals: readonly string[]): readonly string[] {
  const wanted = text.toLowerCase();
  const matches = proposals.filter((proposal) => proposal !== text && proposal.toLowerCase().includes(wanted));
  const first = matches.filter((proposal) => proposal.toLowerCase().startsWith(wanted));
  return [...new Set([...first, ...matches])].slice(0, MAX_PROPOSALS);
}
