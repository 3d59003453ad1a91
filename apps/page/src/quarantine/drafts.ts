/** Corrected texts that are not stored yet, by the id of their record, so that the back button does not lose them. */
export const drafts = new Map<string, string>();
