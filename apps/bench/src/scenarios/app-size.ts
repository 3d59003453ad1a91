import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { appFolder } from '../app-folder.ts';
import type { Scenario } from '../scenario.ts';

const MB = 1_000_000;

export const appSize: Scenario = {
  name: 'app-size',
  measure: async () => {
    const folder = appFolder();
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
    return [{ what: "size of the image's folder /app", ours: [bytes / MB], unit: 'MB' }];
  },
};
