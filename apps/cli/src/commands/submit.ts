import { text as readText } from 'node:stream/consumers';
import type { NewEvent } from '@event-tracker/core';
import type { Command } from 'commander';
import { createUsageError } from '../command-line/usage-error.ts';
import { addFormat, createPrinter, EVENT_LAYOUT, type FormatOptions } from '../output/printer.ts';
import { openTracker } from '../server/open-tracker.ts';

interface SubmitOptions extends FormatOptions {
  readonly timestamp?: string;
  readonly id?: string;
}

export function defineSubmit(program: Command): void {
  const command = program.command('submit').description('Stores one event, and prints it as stored.');
  addFormat(command)
    .argument('<event_type>')
    .argument('[payload]', 'a JSON object; - reads it from standard input', '{}')
    .option('--timestamp <time>', 'RFC 3339 with a zone (default: now)')
    .option('--id <uuid>', 'makes it safe to repeat the command (default: a new id)')
    .action(async (event_type: string, payload: string, options: SubmitOptions, self: Command) => {
      const { timestamp = new Date().toISOString(), id } = options;
      const text = payload === '-' ? await readText(process.stdin) : payload;
      const event = { ...(id !== undefined && { id }), event_type, timestamp, payload: await parsePayload(text) };
      const tracker = await openTracker(self);
      const stored = await tracker.submit(event as NewEvent); // the client checks every member
      await createPrinter(EVENT_LAYOUT, options)([stored]);
    });
}

async function parsePayload(text: string): Promise<unknown> {
  const { parseExactJson } = await import('@event-tracker/core/schemas');
  try {
    return parseExactJson(text);
  } catch (cause) {
    throw createUsageError(`the payload is not JSON: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
