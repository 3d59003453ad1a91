import { expect, test } from 'vitest';
import { reportViolations } from './report-violations.ts';

test('every violation is counted; each schema has a log line at most every 10 seconds', () => {
  const counted: string[] = [];
  const lines: unknown[] = [];
  let now = 0;
  const report = reportViolations(
    { warn: (line: unknown) => lines.push(line) },
    { schemaViolated: (schema, mode) => counted.push(`${schema} ${mode}`) },
    () => now,
  );
  const violate = (schema?: string) =>
    report('login', {
      mode: 'warn',
      problems: [{ pointer: '', code: 'schema_violation', detail: '', keyword: 'type', ...(schema && { schema }) }],
    });
  const line = (schema: string, violations: number) => ({ schema, mode: 'warn', violations, keyword: 'type' });
  violate('a.json');
  violate('a.json');
  violate('b.json');
  expect(lines).toEqual([line('a.json', 1), line('b.json', 1)]);
  now = 10_000;
  violate('a.json');
  expect(lines.slice(2)).toEqual([line('a.json', 2)]);
  violate();
  expect(lines.slice(3)).toEqual([line('none', 1)]);
  expect(counted).toEqual(['a.json warn', 'a.json warn', 'b.json warn', 'a.json warn', 'none warn']);
});
