/** Query strings with one parameter: valid values and invalid values. */
export interface QueryValues {
  readonly good: readonly string[];
  readonly bad: readonly string[];
}

type JsonSchema = Readonly<Record<string, unknown>>;

/** Returns values that a parameter's schema accepts and rejects, at its limits and directly beyond. */
export function valuesOf(name: string, schema: JsonSchema): QueryValues {
  const query = (...values: readonly unknown[]): string =>
    `?${values.map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`).join('&')}`;
  switch (schema.type) {
    case 'integer': {
      const { minimum, maximum } = schema as { readonly minimum: number; readonly maximum: number };
      return {
        good: [query(minimum), query(maximum)],
        bad: [query(minimum - 1), query(maximum + 1), query(`${minimum}.5`), query('x'), query(minimum, minimum)],
      };
    }
    case 'array': {
      const { items, maxItems } = schema as {
        readonly items: { readonly maxLength: number; readonly pattern: string };
        readonly maxItems: number;
      };
      const isStored = new RegExp(items.pattern, 'u');
      const x = isStored.test('x') ? 'x' : 'quarantine.x';
      const many = Array.from({ length: maxItems }, (_, i) => `${x}-${i}`);
      const controls = Object.groupBy(['\0', '\u0001'], (text) => (isStored.test(text) ? 'good' : 'bad'));
      return {
        good: [
          query(x),
          query(...many),
          query(x.padEnd(items.maxLength, 'x')),
          ...(controls.good ?? []).map((text) => query(text)),
        ],
        bad: [
          query(''),
          query(...many, x),
          query(x.padEnd(items.maxLength + 1, 'x')),
          ...(x === 'x' ? [] : [query('x')]),
          ...(controls.bad ?? []).map((text) => query(text)),
        ],
      };
    }
    case 'object':
      return membersOf(schema);
    default: {
      const values = (schema.enum ?? schema.examples ?? []) as readonly string[];
      const good = values.map((value) => query(value));
      return { good, bad: good.length === 0 ? [] : [query('no such thing'), query(''), query(values[0], values[0])] };
    }
  }
}

/** Returns values for a schema whose members are the parameters. */
function membersOf(schema: JsonSchema): QueryValues {
  const { propertyNames, additionalProperties, examples } = schema as {
    readonly propertyNames: { readonly pattern: string };
    readonly additionalProperties: { readonly maxLength: number };
    readonly examples: readonly Readonly<Record<string, string>>[];
  };
  const [, operators = ''] = /\((\w+(?:\|\w+)+)\)/.exec(propertyNames.pattern) ?? [];
  const names = operators.split('|').map((operator) => `payload.a.b[${operator}]`);
  const longest = 'x'.repeat(additionalProperties.maxLength);
  return {
    good: [
      ...examples.map((example) => `?${new URLSearchParams(example)}`),
      ...names.map((name) => `?${encodeURIComponent(name)}=true`),
      `?payload.a=1&payload.a=2&payload.a=${longest}`,
    ],
    bad: ['?payload.=1', '?payload.a[other]=1', `?payload.a=${longest}x`],
  };
}
