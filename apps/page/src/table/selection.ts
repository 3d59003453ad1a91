import { parameterOf } from '../address/address.ts';
import { address, showEvent } from '../address/current.ts';
import { events } from './events.ts';

/** Returns the index of the selected event in the list; -1 if none is selected, or it is not loaded. */
export function selectedIndex(): number {
  const id = parameterOf(address.value, 'view.event');
  return id === undefined ? -1 : events.value.findIndex((event) => event.id === id);
}

export function select(index: number): void {
  const event = events.peek()[index];
  if (event) showEvent(event.id);
}
