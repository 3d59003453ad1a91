import type { Scenario } from './scenario.ts';
import { afternoon } from './scenarios/afternoon.ts';
import { appSize } from './scenarios/app-size.ts';
import { arrivalCost } from './scenarios/arrival-cost.ts';
import { batchPostgres } from './scenarios/batch-postgres.ts';
import { batchSqlite } from './scenarios/batch-sqlite.ts';
import { diskPerEvent } from './scenarios/disk-per-event.ts';
import { exportMemory } from './scenarios/export-memory.ts';
import { follow } from './scenarios/follow.ts';
import { getMemory } from './scenarios/get-memory.ts';
import { growth } from './scenarios/growth.ts';
import { growthEvents } from './scenarios/growth-events.ts';
import { growthLoad } from './scenarios/growth-load.ts';
import { loopDelay } from './scenarios/loop-delay.ts';
import { memoryPerEvent } from './scenarios/memory-per-event.ts';
import { ndjsonMemory } from './scenarios/ndjson-memory.ts';
import { pages } from './scenarios/pages.ts';
import { payloadFilter } from './scenarios/payload-filter.ts';
import { postMemory } from './scenarios/post-memory.ts';
import { postPostgres } from './scenarios/post-postgres.ts';
import { postSqlite } from './scenarios/post-sqlite.ts';
import { protocols } from './scenarios/protocols.ts';
import { serverMemory } from './scenarios/server-memory.ts';
import { start } from './scenarios/start.ts';

/** All scenarios, in the order of the table. */
export const SCENARIOS: readonly Scenario[] = [
  postMemory,
  getMemory,
  ndjsonMemory,
  protocols,
  postSqlite,
  batchSqlite,
  batchPostgres,
  postPostgres,
  arrivalCost,
  ...pages,
  payloadFilter,
  exportMemory,
  memoryPerEvent,
  diskPerEvent,
  serverMemory,
  loopDelay,
  follow,
  start,
  appSize,
  growth,
  growthEvents,
  growthLoad,
  afternoon,
];
