import { computed, signal } from '@preact/signals';
import {
  type Address,
  formatAddress,
  type PageParameter,
  parameterOf,
  parseAddress,
  type View,
  withValue,
  withView,
} from './address.ts';

/** What the page shows. */
export const address = signal<Address>(parseAddress(location.hash));

addEventListener('hashchange', () => {
  address.value = parseAddress(location.hash);
});

/** Shows another address. The browser's back button returns to the present one. */
export function show(next: Address): void {
  const hash = formatAddress(next);
  if (hash === location.hash) return;
  history.pushState(null, '', hash);
  address.value = next;
}

export function showView(view: View): void {
  show(withView(address.peek(), view));
}

/** Shows an event next to the list, or only the list if there is no id. */
export function showEvent(id: string | undefined): void {
  show(withValue(withValue(address.peek(), 'view.edit', undefined), 'view.event', id));
}

/** Sets a parameter of the page, or deletes it if the value is undefined. */
export function setPageParameter(name: PageParameter, value: string | undefined): void {
  show(withValue(address.peek(), name, value));
}

/** Times are shown in this zone: `UTC` or the browser's. */
export const timeZone = computed(() =>
  parameterOf(address.value, 'view.zone') === 'local' ? Intl.DateTimeFormat().resolvedOptions().timeZone : 'UTC',
);
