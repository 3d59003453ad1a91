import { filtersOf, type Parameter, without } from '../address/address.ts';
import { address, show } from '../address/current.ts';
import { draft, focusFilter } from './draft.ts';

/** The filters of the address, each with a button that deletes it. Select one to edit it. */
export function Chips() {
  const filters = filtersOf(address.value).filter(([name]) => name !== 'start' && name !== 'end');
  if (filters.length === 0) return null;
  return (
    <ul class="chips" aria-label="Filters">
      {filters.map((filter) => (
        <Chip key={filter.join('=')} filter={filter} />
      ))}
    </ul>
  );
}

function Chip({ filter }: { readonly filter: Parameter }) {
  const [name, value] = filter;
  const text = `${name}=${value}`;
  function edit(): void {
    show(without(address.peek(), filter));
    draft.value = text;
    focusFilter();
  }
  return (
    <li>
      <button type="button" class="chip-text" title="Edit this filter" onClick={edit}>
        {text}
      </button>
      <button
        type="button"
        aria-label={`Delete the filter ${text}`}
        onClick={() => show(without(address.peek(), filter))}
      >
        ×
      </button>
    </li>
  );
}
