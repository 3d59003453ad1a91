import type { IncomingMessage } from 'node:http';
import type { QueryParameters } from '@event-tracker/http-contract';
import { createMediaTypeError, isUtf8, parseContentType } from '../../body/media-type.ts';
import { createReserveShared } from '../../body/shared-parts.ts';
import { uuidV5 } from '../../body/uuid-v5.ts';
import type { AppContext } from '../../request/app-env.ts';
import { respond } from '../../response/respond.ts';
import { FOREIGN_CALLS } from '../ingest/foreign-calls.ts';
import { type IngestDependencies, ingest } from '../ingest/ingest.ts';
import type { IngestProtocol } from '../ingest/protocols.ts';
import type { Routes } from './routes.ts';

export interface ForeignRoutesDependencies extends IngestDependencies {
  /** The protocols that are accepted. */
  readonly protocols: readonly IngestProtocol[];
  /** True if a page of an origin in `CORS_ORIGINS` sent the request. */
  readonly isAllowedOrigin: (incoming: IncomingMessage) => boolean;
}

/** Media types that a page of any origin can send without asking first (Fetch Standard, CORS protocol). */
const SAFELISTED: ReadonlySet<string> = new Set(['text/plain', 'application/x-www-form-urlencoded']);

/** Adds the calls of clients of other systems. */
export function addForeignRoutes(routes: Routes, dependencies: ForeignRoutesDependencies): void {
  const { protocols, isAllowedOrigin, authenticateBody, limits } = dependencies;
  for (const call of FOREIGN_CALLS) {
    const { protocol, operation, isPartial = false, toClientError } = call;
    if (!protocols.includes(protocol)) continue;
    const accepted = Object.keys(operation.requestBody ?? {});
    const run = async (c: AppContext, parameters: QueryParameters): Promise<Response> => {
      const refusal = mediaTypeErrorOf(c.env.incoming, accepted, isAllowedOrigin);
      if (refusal) {
        if (operation.acceptsKeyInBody) authenticateBody?.(c, undefined);
        throw refusal;
      }
      return ingest(c, dependencies, {
        protocol,
        isPartial,
        acceptsKeyInBody: operation.acceptsKeyInBody ?? false,
        read: (body, share) => {
          const reserveShared = createReserveShared(limits.maxBodyBytes, share);
          return call.read(body, { c, parameters, deriveId: uuidV5, limits: { ...limits, reserveShared } });
        },
        respond: (outcomes, document) => {
          const { contentType, body } = document.reply(outcomes);
          return respond(c, 200, body, { 'Content-Type': contentType });
        },
      });
    };
    routes.add(operation, (c, parameters) =>
      run(c, parameters).catch((error: unknown) => {
        throw toClientError ? toClientError(error) : error;
      }),
    );
  }
}

/**
 * Returns the error of a media type that is not accepted. A page can send some media types to every server that its reader can
 * reach, such as one on the reader's machine: these are accepted from pages of known origins, and from clients that are not
 * pages.
 */
function mediaTypeErrorOf(
  incoming: IncomingMessage,
  accepted: readonly string[],
  isAllowedOrigin: (incoming: IncomingMessage) => boolean,
): Error | undefined {
  if (accepted.length === 0) return undefined; // the call has no body
  const contentType = parseContentType(incoming.headers['content-type']);
  const isFromKnownClient = incoming.headers.origin === undefined || isAllowedOrigin(incoming);
  const types = isFromKnownClient ? accepted : accepted.filter((type) => !SAFELISTED.has(type));
  const isKnown = types.includes(contentType.type);
  return isKnown && isUtf8(contentType) ? undefined : createMediaTypeError(contentType, isKnown, types);
}
