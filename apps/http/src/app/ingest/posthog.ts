import {
  createDocumentError,
  isRecord,
  readPostHogEvent,
  readPostHogKey,
  type TranslatedItem,
  translateEach,
} from '@event-tracker/event-formats';
import { INGEST_POSTHOG, INGEST_POSTHOG_V1 } from '@event-tracker/http-contract';
import { CHAR, skipWhiteSpace } from '../../body/json-text.ts';
import { findNestedItems } from '../../body/nested-items.ts';
import { decodeUtf8 } from '../../body/parse-json.ts';
import { readText } from '../../body/read-submission.ts';
import { type CalledDocument, type ForeignCall, jsonReply, type ReadContext } from './foreign-call.ts';
import type { ItemOutcome } from './submit-translated.ts';

/** The calls whose events are stored all, or none. */
export const POSTHOG: readonly ForeignCall[] = INGEST_POSTHOG.map((operation) => ({
  protocol: 'posthog',
  operation,
  read: readEvents,
}));

export const POSTHOG_V1: ForeignCall = {
  protocol: 'posthog',
  operation: INGEST_POSTHOG_V1,
  isPartial: true,
  read: async (body, { deriveId, limits }) => {
    const { root, hasList, items } = await findNestedItems(decodeUtf8(body), ['batch'], limits);
    if (!hasList) throw createDocumentError('/batch', 'required', 'batch is required');
    const uuids: string[] = [];
    const translate = (event: unknown, index: number): TranslatedItem => {
      const uuid = isRecord(event) ? event.uuid : undefined;
      if (typeof uuid !== 'string')
        throw createDocumentError(
          `/batch/${index}/uuid`,
          'required',
          'uuid is required, because results have its name',
        );
      uuids.push(uuid);
      return readPostHogEvent(event, { deriveId });
    };
    return {
      isBatch: true,
      items: translateEach(items, ({ parse }, index) => translate(parse(), index)),
      key: readPostHogKey(root),
      reply: (outcomes) => jsonReply({ results: resultsOf(outcomes, uuids) }),
    };
  },
};

/** Returns the result of each uuid: of events with the same uuid, that of one that is not stored. */
function resultsOf(outcomes: readonly ItemOutcome[], uuids: readonly string[]): Record<string, EventResult> {
  const results = new Map<string, EventResult>();
  for (const [index, outcome] of outcomes.entries()) {
    const uuid = uuids[index] as string; // one for each item
    if (!('result' in outcome) || !results.has(uuid)) results.set(uuid, resultOf(outcome));
  }
  return Object.fromEntries(results);
}

interface EventResult {
  readonly result: 'ok' | 'drop';
  readonly details?: string;
}

function resultOf(outcome: ItemOutcome): EventResult {
  if ('result' in outcome) return { result: 'ok' };
  const { pointer, detail } = outcome.problem;
  return { result: 'drop', details: pointer === '' ? detail : `${pointer}: ${detail}` };
}

/** Reads an event, a list of events, or an object with a list in `batch`. */
async function readEvents(body: Buffer, { deriveId, limits }: ReadContext): Promise<CalledDocument> {
  const text = decodeUtf8(body);
  const translate = (event: unknown): TranslatedItem => readPostHogEvent(event, { deriveId });
  const reply = () => jsonReply({ status: 1 });
  if (text.charCodeAt(skipWhiteSpace(text, 0)) === CHAR.openArray) {
    const { inputs } = await readText(text, 'json', limits.maxPayloadBytes);
    const [first] = inputs;
    const key = isRecord(first) ? readPostHogKey(first) : undefined;
    return { isBatch: true, items: translateEach(inputs, translate), key, reply };
  }
  const { root, hasList, items } = await findNestedItems(text, ['batch'], limits);
  const key = readPostHogKey(root);
  if (!hasList) return { isBatch: false, items: [translate(root)], key, reply };
  return { isBatch: true, items: translateEach(items, ({ parse }) => translate(parse())), key, reply };
}
