import { parentPort, workerData } from 'node:worker_threads';
import { createSchemaCompiler } from '../compile-schema.ts';
import type { CompileReply, SchemaText } from '../compile-schemas.ts';

/* Compiles schemas, and sends each, or what is wrong with it, in the order of the sources. */

const compile = createSchemaCompiler();

for (const { text } of workerData as readonly SchemaText[]) parentPort?.postMessage(tryToCompile(text));

function tryToCompile(text: string): CompileReply {
  try {
    return { compiled: compile(text) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
