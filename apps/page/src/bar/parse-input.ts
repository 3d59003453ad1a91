import { type Parameter, parseParameters } from '../address/address.ts';

const PARAMETER = /^(?:event_type(?:\[prefix\])?|q|start|end|payload\..+)$/s;

/**
 * Returns the filters in what a person typed or pasted: a filter, a query string or a URL. Other text is searched for
 * anywhere in the events.
 */
export function parseInput(text: string): readonly Parameter[] {
  const trimmed = text.trim();
  if (trimmed === '') return [];
  const isUrl = /^(?:https?:\/\/|\/)\S*\?/.test(trimmed);
  const parameters = parseParameters(isUrl ? trimmed.slice(trimmed.indexOf('?') + 1).replace(/['"].*$/s, '') : trimmed);
  if (isUrl) return parameters.filter(([name]) => PARAMETER.test(name));
  return parameters.every(([name]) => PARAMETER.test(name)) && trimmed.includes('=') ? parameters : [['q', trimmed]];
}
