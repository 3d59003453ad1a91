import { parentPort, workerData } from 'node:worker_threads';
import type { CheckReply, CheckRequest, NamedCode } from '../expensive-checks.ts';
import { createRuntime } from '../runtime.ts';
import { loadValidator, type Validator } from '../validator.ts';

/* Checks payloads that cost too much for the thread that serves requests. */

const runtime = createRuntime();
const codes = new Map((workerData as readonly NamedCode[]).map(({ name, code }) => [name, code]));
const validators = new Map<string, Validator>();

parentPort?.on('message', ({ name, payload, units }: CheckRequest) => {
  parentPort?.postMessage(validatorOf(name)(payload, units) satisfies CheckReply);
});

function validatorOf(name: string): Validator {
  const validator = validators.get(name) ?? loadValidator(name, codes.get(name) ?? '', runtime);
  validators.set(name, validator);
  return validator;
}
