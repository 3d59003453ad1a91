import { signal } from '@preact/signals';

/** The key is kept until the tab is closed, and never becomes part of the URL. */
const STORAGE_NAME = 'event-tracker-key';

export const key = signal(sessionStorage.getItem(STORAGE_NAME) ?? undefined);

export function setKey(value: string | undefined): void {
  if (value === undefined) sessionStorage.removeItem(STORAGE_NAME);
  else sessionStorage.setItem(STORAGE_NAME, value);
  key.value = value;
}
