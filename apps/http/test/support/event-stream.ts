import type { Event } from '@event-tracker/core';

/** A frame of server-sent events. */
export interface Frame {
  readonly id: string | undefined;
  readonly event: Event | undefined;
  readonly text: string;
}

/** A client that follows events. */
export interface EventStream {
  readonly response: Response;
  /** All that was received. */
  readonly frames: readonly Frame[];
  /** The last position that was received. */
  position(): string;
  /** Reads until a condition is met. Rejects if the stream ends or breaks before. */
  readUntil(condition: (frames: readonly Frame[]) => boolean): Promise<void>;
  /** Reads until there are this many events, and returns them all. */
  readEvents(count: number): Promise<readonly Event[]>;
  /** Reads until the stream ends (`end`) or breaks (`broken`). */
  readToEnd(): Promise<'end' | 'broken'>;
  leave(): void;
}

/** Maximum wait for the server, so that a test fails instead of hanging. */
const PATIENCE_MS = 30_000;

/** Starts to follow. Resolves when the header fields have arrived. */
export async function openStream(url: string, headers: Record<string, string> = {}): Promise<EventStream> {
  const left = new AbortController();
  const timer = setTimeout(() => left.abort(new Error('the stream took too long')), PATIENCE_MS);
  const response = await fetch(url, {
    headers: { Accept: 'text/event-stream', ...headers },
    signal: left.signal,
  });
  const reader = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader();
  const frames: Frame[] = [];
  let rest = '';

  async function readMore(): Promise<boolean> {
    const { done, value } = await reader.read();
    if (done) return false;
    const texts = (rest + value).split('\n\n');
    rest = texts.pop() ?? '';
    frames.push(...texts.map(parseFrame));
    return true;
  }

  async function readUntil(condition: (frames: readonly Frame[]) => boolean): Promise<void> {
    while (!condition(frames)) if (!(await readMore())) throw new Error('the stream ended');
  }

  return {
    response,
    frames,
    position: () => frames.findLast(({ id }) => id !== undefined)?.id ?? '',
    readUntil,
    readEvents: async (count) => {
      await readUntil(() => eventsOf(frames).length >= count);
      return eventsOf(frames);
    },
    readToEnd: async () => {
      try {
        while (await readMore());
        if (rest !== '') throw new Error(`the stream ended within a frame: ${rest}`);
        return 'end';
      } catch (error) {
        if (error instanceof TypeError) return 'broken';
        throw error;
      } finally {
        clearTimeout(timer);
      }
    },
    leave: () => {
      clearTimeout(timer);
      reader.cancel().catch(() => {}); // the stream may already be broken
      left.abort();
    },
  };
}

export function eventsOf(frames: readonly Frame[]): readonly Event[] {
  return frames.flatMap(({ event }) => event ?? []);
}

function parseFrame(text: string): Frame {
  const lines = text.split('\n');
  const fieldOf = (name: string): string | undefined =>
    lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  const data = fieldOf('data');
  return { id: fieldOf('id'), event: data === undefined ? undefined : (JSON.parse(data) as Event), text };
}
