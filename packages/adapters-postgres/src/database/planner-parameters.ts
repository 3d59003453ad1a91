/**
 * Planner parameters for pages. Page costs of zero make the planner choose the index that reads the fewest rows. With the
 * default costs it prefers the time index for a frequent type, and reads all later events if the type ended years ago. For
 * the same reason, sorting is off: the planner would sort rows that it wrongly estimates to be few.
 */
export const PAGE_PARAMETERS = {
  seq_page_cost: '0',
  random_page_cost: '0',
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_sort: 'off',
  jit: 'off',
};

/** Planner parameters for aggregates: a cursor reads all rows. */
export const AGGREGATE_PARAMETERS = { cursor_tuple_fraction: '1' };
