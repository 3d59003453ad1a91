/**
 * The number of an event in the order of arrival: greater than 0, greater for each later event, and never used twice. There
 * can be gaps. Its size depends on the store and can exceed 64 bits.
 */
export type Sequence = bigint;
