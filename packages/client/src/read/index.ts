// Exports for pages that only read.

export { isRequestError } from '@event-tracker/http-contract';
export type { ServerOptions } from '../request/server-options.ts';
export { createEventReader, type EventReader } from './event-reader.ts';
