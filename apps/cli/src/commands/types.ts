import type { EventTypeSummary } from '@event-tracker/core';
import type { Command } from 'commander';
import { addFormat, createPrinter, type FormatOptions, type TableLayout } from '../output/printer.ts';
import { openTracker } from '../server/open-tracker.ts';

const LAYOUT: TableLayout<EventTypeSummary> = {
  header: ['EVENT_TYPE', 'COUNT', 'FIRST', 'LAST'],
  numbers: ['COUNT'],
  cellsOf: ({ event_type, count, first, last }) => [event_type, String(count), first, last],
};

export function defineTypes(program: Command): void {
  const command = program.command('types').description('Prints all event types, each with its number of events.');
  addFormat(command).action(async (options: FormatOptions, self: Command) => {
    const tracker = await openTracker(self);
    await createPrinter(LAYOUT, options)(await tracker.eventTypes());
  });
}
