import { nearestName } from '@event-tracker/core/schemas';

/** Usual paths of other services, and the path here. */
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
 * Suggests a path for an unknown one: the same without a trailing slash or a prefix such as `/api`, a path with a usual
 * name, or the most similar path.
 *
 * @param paths the paths that exist, such as `/events`
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
