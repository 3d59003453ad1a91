import type { EventId } from '@event-tracker/core';
import { uuidV5 } from './uuid-v5.ts';

/** The namespace of the ids of quarantined events. It must not change, or a retry would be another quarantined event. */
const NAMESPACE = '3c1d6c52-0f64-4f5a-9b0b-8f6f5e0c7a91';

/** Derives the id of a quarantined event from what was sent. */
export function quarantineIdOf(text: string): EventId {
  return uuidV5(NAMESPACE, text);
}
