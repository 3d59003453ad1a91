import { expect, test } from 'vitest';
import { compileSchemas } from './compile-schemas.ts';

test('ends after a timeout, and names the schema that was being compiled', async () => {
  await expect(compileSchemas([{ name: 'a.json', text: '{}' }], 0)).rejects.toThrow(
    'a.json: compiling the schemas takes longer than 0 ms',
  );
});
