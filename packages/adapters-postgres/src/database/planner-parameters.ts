/**
 * For pages the planner is told that all of the table is in memory, so that it takes the index in which it passes the
 * fewest rows. By its own estimate a frequent type is sooner found by going through all events in time; where that type
 * has ended years ago, it would go through all that came since. For the same reason it reads in order instead of sorting
 * what it believes to be few rows.
 */
export const PAGE_PARAMETERS = {
  seq_page_cost: '0',
  random_page_cost: '0',
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_sort: 'off',
  jit: 'off',
};

/** An aggregate reads to the end. */
export const AGGREGATE_PARAMETERS = { cursor_tuple_fraction: '1' };
