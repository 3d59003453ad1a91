import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { withAdded } from '../address/address.ts';
import { address, show } from '../address/current.ts';
import { shownTypes } from '../server/event-types.ts';
import { events } from '../table/events.ts';
import { complete } from './completion.ts';
import { draft } from './draft.ts';
import { parseInput } from './parse-input.ts';

/** The field in which filters are typed, in the language of the API, with proposals. */
export function FilterInput() {
  const input = useRef<HTMLInputElement>(null);
  const isOpen = useSignal(false);
  const active = useSignal(-1);
  const text = draft.value;
  const proposals = isOpen.value ? complete(text, { types: shownTypes.value ?? [], events: events.value }) : [];

  function type(value: string): void {
    draft.value = value;
    isOpen.value = true;
    active.value = -1;
  }

  function choose(proposal: string): void {
    type(proposal);
    input.current?.focus();
    if (/=.+/.test(proposal)) apply(proposal);
  }

  function apply(value: string): void {
    const parameters = parseInput(value);
    isOpen.value = false;
    draft.value = '';
    if (parameters.length > 0) show(withAdded(address.peek(), parameters));
  }

  function move(by: number): void {
    isOpen.value = true;
    const count = proposals.length;
    active.value = count === 0 ? -1 : (active.value + by + count + (active.value < 0 && by < 0 ? 1 : 0)) % count;
  }

  function press(event: KeyboardEvent): void {
    const proposal = proposals[active.value];
    if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp') move(-1);
    else if (event.key === 'Escape') isOpen.value = false;
    else if (event.key === 'Tab' && proposal !== undefined) type(proposal);
    else if (event.key === 'Enter') proposal === undefined ? apply(text) : choose(proposal);
    else return;
    event.preventDefault();
  }

  return (
    <div class="filter-input">
      <input
        ref={input}
        id="filter"
        type="text"
        role="combobox"
        aria-label="Filter"
        aria-expanded={proposals.length > 0}
        aria-controls="proposals"
        aria-autocomplete="list"
        aria-activedescendant={active.value >= 0 ? `proposal-${active.value}` : undefined}
        aria-keyshortcuts="/"
        title="/ moves here"
        placeholder="Search, or filter: event_type=login, payload.user_id=1"
        autocomplete="off"
        spellcheck={false}
        value={text}
        onInput={(event) => type(event.currentTarget.value)}
        onFocus={() => (isOpen.value = true)}
        onBlur={() => (isOpen.value = false)}
        onKeyDown={press}
      />
      <div id="proposals" role="listbox" aria-label="Proposals" hidden={proposals.length === 0}>
        {proposals.map((proposal, index) => (
          <div
            key={proposal}
            id={`proposal-${index}`}
            role="option"
            aria-selected={index === active.value}
            tabIndex={-1}
            onMouseDown={(event) => {
              event.preventDefault();
              choose(proposal);
            }}
          >
            {proposal}
          </div>
        ))}
      </div>
    </div>
  );
}
