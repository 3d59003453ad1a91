import { Worker } from 'node:worker_threads';
import { inheritedOptions } from './threads/inherited-options.ts';
import { threadFile } from './threads/thread-file.ts';
import type { CompiledSchema } from './validator.ts';

/** The text of a schema. */
export interface SchemaText {
  /** For messages, such as the name of a file. */
  readonly name: string;
  readonly text: string;
}

/** What the thread replies for each schema. */
export type CompileReply = { readonly compiled: CompiledSchema } | { readonly problem: string };

/** Greatest duration of compiling all schemas. */
const COMPILE_TIMEOUT_MS = 30_000;

/**
 * Compiles schemas in a separate thread, which ends afterwards.
 *
 * @throws an Error of one line that names the first schema that cannot be used and what is wrong with it
 */
export async function compileSchemas(
  sources: readonly SchemaText[],
  timeoutMs: number = COMPILE_TIMEOUT_MS,
): Promise<readonly CompiledSchema[]> {
  if (sources.length === 0) return [];
  const file = threadFile('./threads/compile-thread', import.meta.url);
  const worker = new Worker(file, { ...inheritedOptions(), workerData: sources });
  try {
    return await collectReplies(worker, sources, timeoutMs);
  } finally {
    await worker.terminate();
  }
}

function collectReplies(
  worker: Worker,
  sources: readonly SchemaText[],
  timeoutMs: number,
): Promise<readonly CompiledSchema[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly CompiledSchema[]>();
  const compiled: CompiledSchema[] = [];
  const fail = (problem: string, cause?: unknown): void =>
    reject(new Error(`${sources[compiled.length]?.name}: ${problem}`, { cause }));
  const timer = setTimeout(() => fail(`compiling the schemas takes longer than ${timeoutMs} ms`), timeoutMs);
  worker.on('message', (reply: CompileReply) => {
    if ('problem' in reply) return fail(reply.problem);
    compiled.push(reply.compiled);
    if (compiled.length === sources.length) resolve(compiled);
  });
  worker.on('error', (cause: unknown) => fail(`the compiler has failed: ${String(cause)}`, cause));
  return promise.finally(() => clearTimeout(timer));
}
