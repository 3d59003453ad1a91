import type { DeriveId } from '@event-tracker/event-formats';
import { jsonLine, type Operation, type QueryParameters } from '@event-tracker/http-contract';
import type { NestedLimits } from '../../body/nested-items.ts';
import type { AppContext } from '../../request/app-env.ts';
import type { ForeignDocument } from './ingest.ts';
import type { IngestProtocol } from './protocols.ts';
import type { ItemOutcome } from './submit-translated.ts';

/** What reading a document requires. */
export interface ReadContext {
  readonly c: AppContext;
  readonly parameters: QueryParameters;
  readonly deriveId: DeriveId;
  readonly limits: NestedLimits;
}

/** The body of a reply, whose status is 200. */
export interface ForeignReply {
  readonly contentType: string;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

/** A document that has its own way to report what became of its items. */
export interface CalledDocument extends ForeignDocument {
  reply(outcomes: readonly ItemOutcome[]): ForeignReply;
}

/** A call of a client of another system. */
export interface ForeignCall {
  readonly protocol: IngestProtocol;
  readonly operation: Operation;
  /** True if the protocol reports the outcome of each event: then all valid ones are stored. Otherwise all or none are. */
  readonly isPartial?: boolean;
  read(body: Buffer, context: ReadContext): Promise<CalledDocument>;
  /** Returns the error that clients of the protocol receive in place of another. */
  toClientError?(error: unknown): unknown;
}

export function jsonReply(value: unknown): ForeignReply {
  return { contentType: 'application/json', body: jsonLine(value) };
}
