import type { SchemaViolation } from '@event-tracker/core/schemas';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** Least time between two log lines about one schema. */
const LOG_INTERVAL_MS = 10_000;
/** Stands for the schema of an event type that has none. */
const NO_SCHEMA = 'none';

/**
 * Returns a function that counts violations and logs them, at a limited rate for each schema. A line has the number of
 * violations since the previous one, and the first problem of the last.
 */
export function reportViolations(
  log: Pick<Log, 'warn'>,
  metrics: Pick<Metrics, 'schemaViolated'>,
  now: () => number = () => performance.now(),
): (eventType: string, violation: SchemaViolation) => void {
  const unreported = new Map<string, number>();
  const loggedAt = new Map<string, number>();
  return (_eventType, { mode, problems: [problem] }) => {
    const schema = problem?.schema ?? NO_SCHEMA;
    metrics.schemaViolated(schema, mode);
    const violations = (unreported.get(schema) ?? 0) + 1;
    unreported.set(schema, violations);
    if (now() - (loggedAt.get(schema) ?? Number.NEGATIVE_INFINITY) < LOG_INTERVAL_MS) return;
    loggedAt.set(schema, now());
    unreported.set(schema, 0);
    log.warn({ schema, mode, violations, keyword: problem?.keyword }, 'events do not match a schema');
  };
}
