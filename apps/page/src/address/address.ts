/** What the page shows, as the part of its URL after `#`: an API call, and how the page presents it. */
export interface Address {
  readonly view: View;
  /** Parameters as the API has them, and those of the page, which start with `view.`. */
  readonly parameters: readonly Parameter[];
}

/** `quarantine` shows quarantined events. Its `event_type` filters are types that the events claim to have. */
export type View = (typeof VIEWS)[number];

export type Parameter = readonly [name: string, value: string];

/** Parameters of the page itself. The API has none that start like these. */
export type PageParameter = 'view.columns' | 'view.edit' | 'view.event' | 'view.last' | 'view.zone';

const VIEWS = ['events', 'stats', 'quarantine'] as const;
const PAGE_PREFIX = 'view.';
/** Parameters of `GET /stats` that are not filters. */
const STATS_PARAMETERS: readonly string[] = ['metric', 'interval', 'group_by', 'top'];

/** Parses `#/events?event_type=login`. An unknown view is that of events. */
export function parseAddress(hash: string): Address {
  const [path = '', query = ''] = splitOnce(hash.replace(/^#/, ''), '?');
  return { view: VIEWS.find((view) => path === `/${view}`) ?? 'events', parameters: parseParameters(query) };
}

/** Formats an address. The inverse of `parseAddress`. */
export function formatAddress({ view, parameters }: Address): string {
  const query = formatParameters(parameters);
  return query === '' ? `#/${view}` : `#/${view}?${query}`;
}

/** Parses a query string, or text that a person typed: what is not percent-encoded correctly is taken as it is. */
export function parseParameters(query: string): readonly Parameter[] {
  const parts = query.split('&').filter((part) => part !== '');
  return parts.map((part) => {
    const [name, value] = splitOnce(part, '=');
    return [decode(name), decode(value ?? '')];
  });
}

export function formatParameters(parameters: readonly Parameter[]): string {
  return parameters.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
}

/** Returns the filters: the parameters that events and statistics have in common. */
export function filtersOf({ parameters }: Address): readonly Parameter[] {
  return parameters.filter(([name]) => !name.startsWith(PAGE_PREFIX) && !STATS_PARAMETERS.includes(name));
}

/** Returns the parameters of statistics. */
export function statsParametersOf({ parameters }: Address): readonly Parameter[] {
  return parameters.filter(([name]) => STATS_PARAMETERS.includes(name));
}

/** Returns the first value of a parameter. */
export function parameterOf({ parameters }: Address, name: string): string | undefined {
  return parameters.find(([found]) => found === name)?.[1];
}

/**
 * Returns the address of another view with the same filters. Those of quarantined events are dropped and so are those of others,
 * because the payload of a quarantined event is its record.
 */
export function withView(address: Address, view: View): Address {
  const keepsFilters = (address.view === 'quarantine') === (view === 'quarantine');
  if (keepsFilters) return { ...address, view };
  return { view, parameters: address.parameters.filter(([name]) => name === 'view.zone') };
}

/** Returns an address in which a parameter has one value, or none if the value is undefined. */
export function withValue(address: Address, name: string, value: string | undefined): Address {
  const others = address.parameters.filter(([found]) => found !== name);
  return { ...address, parameters: value === undefined ? others : [...others, [name, value]] };
}

/** Returns an address with further parameters. `start` and `end` are replaced, because there can be only one of each. */
export function withAdded(address: Address, added: readonly Parameter[]): Address {
  const single = added.filter(([name]) => name === 'start' || name === 'end');
  const others = added.filter((parameter) => !single.includes(parameter) && !includes(address.parameters, parameter));
  const base: Address = { ...address, parameters: [...address.parameters, ...others] };
  return single.reduce((result, [name, value]) => withValue(result, name, value), base);
}

export function without(address: Address, [name, value]: Parameter): Address {
  const parameters = address.parameters.filter((parameter) => parameter[0] !== name || parameter[1] !== value);
  return { ...address, parameters };
}

function includes(parameters: readonly Parameter[], [name, value]: Parameter): boolean {
  return parameters.some((parameter) => parameter[0] === name && parameter[1] === value);
}

/** Splits at the first separator. Returns the whole text, and no second part, if there is none. */
function splitOnce(text: string, separator: string): [string, string | undefined] {
  const index = text.indexOf(separator);
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + separator.length)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** Percent-encodes what a query string or a fragment cannot contain; keeps what people read, such as `[`, `:` and `"`. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(/%(?:5B|5D|3A|2C|2F|40)/g, (code) => decodeURIComponent(code));
}
