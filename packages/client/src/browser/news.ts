/** What tabs send each other. */
type Message =
  /** Events are in the outbox. */
  | { readonly kind: 'saved' }
  /** Events must be sent without delay. */
  | { readonly kind: 'flush' }
  /** Events are stored or refused, and no longer in the outbox. */
  | { readonly kind: 'settled'; readonly keys: readonly string[] };

/** Messages between the tabs that share a queue. */
export interface News {
  /** Sends a message to all tabs, this one included. */
  publish(message: Message): void;
  /** Resolves with the next message, or after a time. */
  wait(ms: number): Promise<void>;
  /** Resolves with the next `flush`, or after a time. */
  waitForFlush(ms: number): Promise<void>;
  /** Ends all waits. */
  close(): void;
}

export function createNews(name: string, onSettled: (keys: readonly string[]) => void): News {
  const channel = new BroadcastChannel(name);
  const waits = new Set<{ readonly isForFlush: boolean; readonly end: () => void }>();
  let isClosed = false;

  function receive(message: Message): void {
    if (message.kind === 'settled') onSettled(message.keys);
    for (const { isForFlush, end } of [...waits]) if (!isForFlush || message.kind === 'flush') end();
  }

  function wait(ms: number, isForFlush: boolean): Promise<void> {
    if (isClosed) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        waits.delete(one);
        resolve();
      };
      const one = { isForFlush, end };
      const timer = setTimeout(end, ms);
      waits.add(one);
    });
  }

  channel.onmessage = ({ data }) => receive(data as Message); // from this code in another tab
  return {
    publish: (message) => {
      if (!isClosed) channel.postMessage(message);
      receive(message);
    },
    wait: (ms) => wait(ms, false),
    waitForFlush: (ms) => wait(ms, true),
    close: () => {
      isClosed = true;
      channel.close();
      for (const { end } of [...waits]) end();
    },
  };
}
