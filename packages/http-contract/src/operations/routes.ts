/** Where an operation is: its method, and its path below the base path. Names of path parameters are in braces. */
export interface Route {
  readonly method: 'DELETE' | 'GET' | 'POST';
  readonly path: `/${string}`;
}

/** The routes of the operations on events. Apart from their descriptions, so that a client in a browser stays small. */
export const ROUTES = {
  submitEvents: { method: 'POST', path: '/events' },
  queryEvents: { method: 'GET', path: '/events' },
  getEvent: { method: 'GET', path: '/events/{id}' },
  deleteEvent: { method: 'DELETE', path: '/events/{id}' },
  deleteEvents: { method: 'DELETE', path: '/events' },
  queryStats: { method: 'GET', path: '/stats' },
  replayQuarantined: { method: 'POST', path: '/quarantine/replay' },
  queryEventTypes: { method: 'GET', path: '/event-types' },
} as const satisfies Record<string, Route>;
