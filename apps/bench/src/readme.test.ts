import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RECORDED } from './record.ts';
import { type Report, textOf } from './report.ts';

test('the README contains the last recorded report', () => {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
  const report = JSON.parse(readFileSync(RECORDED, 'utf8')) as Report;
  expect(report.isQuick).toBe(false);
  expect(readme).toContain(textOf(report));
});
