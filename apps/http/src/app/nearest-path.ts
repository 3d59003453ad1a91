import { nearestName } from '@event-tracker/core/schemas';

/** Paths that people try first, as other services have them. */
const OTHER_PATHS: Readonly<Record<string, string>> = {
  alive: '/livez',
  health: '/livez',
  healthcheck: '/livez',
  healthz: '/livez',
  live: '/livez',
  ping: '/livez',
  ready: '/readyz',
  status: '/readyz',
  prometheus: '/metrics',
  api: '/docs',
  documentation: '/docs',
  help: '/docs',
  swagger: '/docs',
  ui: '/docs',
  'openapi.yaml': '/openapi.json',
  'swagger.json': '/openapi.json',
  'swagger.yaml': '/openapi.json',
};
const MAX_PATH_LENGTH = 100;

/**
 * Returns the path that an unknown one most likely means, if any: the same without a slash at its end or a prefix such as
 * `/api`, a usual name for it, or the nearest in spelling.
 *
 * @param paths those that there are, such as `/events`
 */
export function nearestPath(path: string, paths: readonly string[]): string | undefined {
  if (path.length > MAX_PATH_LENGTH) return undefined;
  const name = path.toLowerCase().replace(/\/+$/, '').split('/').at(-1) ?? '';
  const found = Object.hasOwn(OTHER_PATHS, name) ? OTHER_PATHS[name] : `/${name}`;
  if (found !== undefined && paths.includes(found)) return found;
  return nearestName(
    `/${name}`,
    paths.filter((one) => !one.includes('{')),
  );
}
