/**
 * The place of an event in the order of arrival: greater than 0, greater for each later event, never given twice. There are
 * gaps. Its size depends on the store: it need not fit into 64 bits.
 */
export type Sequence = bigint;
