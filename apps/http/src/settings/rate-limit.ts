import * as v from 'valibot';
import type { RateLimit } from '../rate-limit/rate-limit.ts';
import { MAX_TIMER_MS } from './numbers.ts';

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** `6000/1m`, or `off`, whose value is `undefined`. */
export const rateLimit = (what: 'requests' | 'events') =>
  v.pipe(
    v.string(),
    v.rawTransform(({ dataset, addIssue, NEVER }): RateLimit | undefined => {
      if (dataset.value === 'off') return undefined;
      const [, quota = '0', count = '1', unit = ''] = /^(\d{1,9})\/(\d{0,4})([smh])$/.exec(dataset.value) ?? [];
      const limit = { quota: Number(quota), windowMs: Number(count || '1') * (UNIT_MS[unit] ?? 0) };
      if (limit.quota > 0 && limit.windowMs > 0 && limit.windowMs <= MAX_TIMER_MS) return limit;
      addIssue({ message: `expected ${what} per time of at most 500h, e.g. 6000/1m or 100/s, or off` });
      return NEVER;
    }),
  );
