import { createTemplate } from './postgres-server.ts';

/** Global setup of the projects that start PostgreSQL. The first project of a run creates the template. */
export function setup(): (() => void) | undefined {
  return createTemplate();
}
