import { createLineOutput } from '../../src/telemetry/line-output.ts';
import { createLog } from '../../src/telemetry/log.ts';

const output = createLineOutput(process.stdout, () => {});
process.once('exit', output.flush);

/** The log of a server of the tests, on its standard output. */
export const log = createLog({ level: 'error', output, isTerminal: false });
