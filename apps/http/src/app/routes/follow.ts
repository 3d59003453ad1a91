import type { LocalEventTracker } from '@event-tracker/core';
import { createRequestError, type QueryParameters, readFollowQuery } from '@event-tracker/http-contract';
import type { AppContext } from '../../request/app-env.ts';
import { respond } from '../../response/respond.ts';
import { respondStream, STREAM_HEADERS } from '../../response/respond-stream.ts';
import type { Followers } from '../followers.ts';

export interface FollowDependencies {
  readonly tracker: Pick<LocalEventTracker, 'follow' | 'queryPage' | 'queryPages'>;
  readonly followers: Followers;
  /** Time after which a stream without events shows that it is alive. */
  readonly heartbeatMs: number;
  readonly delivered: (events: number) => void;
  readonly onBrokenStream: (requestId: string, cause: unknown) => void;
}

const HTTP_1_0_REFUSED =
  'the response does not end, which needs HTTP/1.1 (nginx: proxy_http_version 1.1); or poll with order=arrival';

/** Responds with the events that match as they arrive, without end. */
export async function respondFollowing(
  c: AppContext,
  parameters: QueryParameters,
  { tracker, followers, heartbeatMs, delivered, onBrokenStream }: FollowDependencies,
): Promise<Response> {
  const { filters, after } = readFollowQuery(parameters, c.req.header('last-event-id'));
  if (c.env.incoming.httpVersion === '1.0') throw createRequestError('http_version', HTTP_1_0_REFUSED);

  const follower = followers.join();
  try {
    if (c.req.method === 'HEAD') {
      tracker.queryPages(filters); // checks the filters, and reads nothing
      await tracker.queryPage({ order: 'arrival', after, limit: 1 }); // checks the position
      follower.leave();
      return respond(c, 200, null, STREAM_HEADERS);
    }
    return await respondStream(c, tracker.follow(filters, { after, signal: follower.signal }), {
      signal: follower.signal,
      heartbeatMs,
      setUpToDate: follower.setUpToDate,
      delivered,
      onBroken: (cause) => onBrokenStream(c.get('requestId'), cause),
      onLeft: follower.leave,
    });
  } catch (error) {
    follower.leave();
    throw error;
  }
}
