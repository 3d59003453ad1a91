import * as v from 'valibot';
import { storeExamples, storeKindOf } from '../stores/store-kinds.ts';

/** The name of a store; its adapter checks the rest. */
export const EventStoreSchema = v.pipe(
  v.string(),
  v.check((text) => storeKindOf(text) !== undefined, `expected ${storeExamples()}`),
);
