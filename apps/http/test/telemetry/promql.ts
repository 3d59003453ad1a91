import { parser } from '@prometheus-io/lezer-promql';

/** The parts of a PromQL query, parsed with the grammar of Prometheus. */
export interface PromQuery {
  readonly selectors: readonly PromSelector[];
  /** The labels of its grouping. */
  readonly groupedBy: readonly string[];
}

export interface PromSelector {
  readonly metric: string;
  readonly matchers: readonly PromMatcher[];
}

export interface PromMatcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

/** Parses a query. Throws if it is invalid. */
export function readPromQuery(text: string): PromQuery {
  const selectors: { metric: string; matchers: PromMatcher[] }[] = [];
  const groupedBy: string[] = [];
  parser.parse(text).iterate({
    enter: ({ type, from, to, node }) => {
      const source = text.slice(from, to);
      if (type.isError) throw new Error(`no query: ${text.slice(0, from)} ⟨here⟩ ${text.slice(from)}`);
      if (type.name === 'VectorSelector') selectors.push({ metric: source.replace(/\{.*/s, ''), matchers: [] });
      if (type.name === 'UnquotedLabelMatcher') selectors.at(-1)?.matchers.push(matcherOf(source));
      if (type.name === 'LabelName' && node.parent?.name === 'GroupingLabels') groupedBy.push(source);
    },
  });
  return { selectors, groupedBy };
}

function matcherOf(source: string): PromMatcher {
  const [, label = '', operator = '', value = ''] = /^(\w+)\s*(=~|!~|!=|=)\s*"(.*)"$/s.exec(source) ?? [];
  return { label, operator, value };
}
