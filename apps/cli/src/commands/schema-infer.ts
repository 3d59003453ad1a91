import type { Event, JsonObject } from '@event-tracker/core';
import type { Command } from 'commander';
import { addFilters, type FilterOptions, readFilters } from '../command-line/filters.ts';
import { createInputError } from '../command-line/input-error.ts';
import { parseCount } from '../command-line/numbers.ts';
import { createProgress } from '../output/progress.ts';
import { writeOutput } from '../output/standard-output.ts';
import { toVisibleText } from '../output/visible-text.ts';
import { openTracker } from '../server/open-tracker.ts';

interface InferOptions extends FilterOptions {
  readonly limit: number;
}

const DEFAULT_LIMIT = 1_000;

const RULES = `
All events that were read match the schema. It requires members that all of them
have, and lists the values of a text if there are 2 to 10, each at least 10
times. Its mode is warn: no event is refused.`;

export function defineSchemaInfer(schema: Command): void {
  const command = schema
    .command('infer')
    .description('Proposes a JSON Schema for the payloads of an event type, from its newest events.')
    .argument('<type>', 'event type, or a prefix such as order.*');
  addFilters(command, 'payload.user_id=7')
    .option('--limit <count>', 'greatest number of events to read', parseCount, DEFAULT_LIMIT)
    .addHelpText('after', RULES)
    .action(async (eventType: string, args: string[], options: InferOptions, self: Command) => {
      const { requireSchemaType } = await import('../schema/open-schema.ts');
      const { formatSchema } = await import('../schema/format-schema.ts');
      const { readNewest } = await import('../schema/read-newest.ts');
      await requireSchemaType(eventType);
      const filters = await readFilters(args, options);
      const tracker = await openTracker(self);
      const { limit } = options;
      const {
        schema: proposed,
        count,
        oldest,
        newest,
      } = await infer(readNewest(tracker, { eventType, filters, limit }));
      if (count === 0) throw createInputError(`no event of the type ${toVisibleText(eventType)} matches`);
      await writeOutput(`${formatSchema(proposed)}\n`);
      const events = `${count === limit ? 'the newest ' : ''}${count} event${count === 1 ? '' : 's'}`;
      process.stderr.write(`event-tracker: read ${events}, from ${oldest} to ${newest}\n`);
    });
}

/** A proposed schema, and the events that it was proposed from. */
interface Inference {
  readonly schema: JsonObject;
  readonly count: number;
  /** Timestamps. */
  readonly oldest: string;
  readonly newest: string;
}

/** @param pages events, the newest first */
async function infer(pages: AsyncIterable<readonly Event[]>): Promise<Inference> {
  const { inferSchema } = await import('@event-tracker/json-schema');
  const progress = createProgress('read');
  let count = 0;
  let oldest = '';
  let newest = '';
  async function* readPayloads(): AsyncGenerator<JsonObject, void, void> {
    for await (const events of pages) {
      yield* events.map(({ payload }) => payload);
      count += events.length;
      newest ||= events[0]?.timestamp ?? '';
      oldest = events.at(-1)?.timestamp ?? oldest;
      progress.add(events.length);
    }
  }
  const schema = await inferSchema(readPayloads()).finally(progress.end);
  return { schema, count, oldest, newest };
}
