import type { Event } from '@event-tracker/core';
import { eventText } from '@event-tracker/core/schemas';

/** The media type of a stream of events that does not end (HTML Living Standard, 9.2: server-sent events). */
export const EVENT_STREAM_MEDIA_TYPE = 'text/event-stream';

/**
 * Writes the first frame of a stream.
 *
 * @param retryMs time after which a client connects again when the stream ends
 */
export function writeFirstFrame(position: string, retryMs: number): string {
  return `retry: ${retryMs}\nid: ${position}\n\n`;
}

/** Writes an event, and the position where a client continues after it. */
export function writeEventFrame(position: string, event: Event): string {
  return `id: ${position}\ndata: ${eventText(event)}\n\n`;
}

/** Writes a position without an event: a client continues there, and sees that the connection is alive. */
export function writePositionFrame(position: string): string {
  return `: no event\nid: ${position}\n\n`;
}

/** A frame of a stream. */
export interface EventFrame {
  /** Position after the frame; undefined if the frame does not change it. */
  readonly position: string | undefined;
  /** JSON of an event; undefined if the frame has none. */
  readonly data: string | undefined;
  /** Time after which to connect again when the stream ends; undefined if the frame does not change it. */
  readonly retryMs: number | undefined;
}

/**
 * Returns a function that accepts the text of a stream piece by piece, and returns the frames that each piece completes. Parses
 * as the HTML Living Standard does (9.2.6). A frame that is incomplete when the stream ends is not an event: a client that
 * connects again at the last position receives it again.
 */
export function createFrameParser(): (text: string) => readonly EventFrame[] {
  let rest = '';
  let frame = emptyFrame();
  return (text) => {
    // A line break of CR and LF can be divided between two pieces, so a CR waits for the next one.
    const lines = `${rest}${text}`.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    const frames: EventFrame[] = [];
    for (const line of lines) {
      if (line !== '') readField(frame, line);
      else {
        const { position, data, retryMs } = frame;
        frames.push({ position, data: data.length === 0 ? undefined : data.join('\n'), retryMs });
        frame = emptyFrame();
      }
    }
    return frames;
  };
}

interface PartialFrame {
  position: string | undefined;
  readonly data: string[];
  retryMs: number | undefined;
}

function emptyFrame(): PartialFrame {
  return { position: undefined, data: [], retryMs: undefined };
}

/** Reads a line of a frame. Ignores comments and unknown fields, as the standard requires. */
function readField(frame: PartialFrame, line: string): void {
  const [, name, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
  if (name === 'id') frame.position = value;
  else if (name === 'data') frame.data.push(value);
  else if (name === 'retry' && /^\d+$/.test(value)) frame.retryMs = Number(value);
}
