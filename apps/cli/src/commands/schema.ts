import type { Command } from 'commander';
import { defineSchemaCheck } from './schema-check.ts';
import { defineSchemaInfer } from './schema-infer.ts';

export function defineSchema(program: Command): void {
  const command = program
    .command('schema')
    .description('Checks stored events against a JSON Schema, or proposes a schema.');
  defineSchemaCheck(command);
  defineSchemaInfer(command);
}
