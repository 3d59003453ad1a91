import { expect, test } from 'vitest';
import { compileSchemas } from './compile-schemas.ts';

test('compiling that takes too long is given up, and names the schema', async () => {
  await expect(compileSchemas([{ name: 'a.json', text: '{}' }], 0)).rejects.toThrow(
    'a.json: compiling the schemas takes longer than 0 ms',
  );
});
