/** Bounds the memory that the bodies of all requests under way take together. */
export interface BodyBudget {
  /** Begins a request's share. */
  open(): BodyShare;
  /** Bytes that all of them have at the moment. */
  taken(): number;
}

export interface BodyShare {
  /** Takes so many bytes more, or answers false where the budget does not have them. */
  take(bytes: number): boolean;
  /** Gives everything back. */
  close(): void;
}

export function createBodyBudget(maxBytes: number): BodyBudget {
  let available = maxBytes;
  return {
    taken: () => maxBytes - available,
    open: () => {
      let taken = 0;
      return {
        take: (bytes) => {
          if (bytes > available) return false;
          available -= bytes;
          taken += bytes;
          return true;
        },
        close: () => {
          available += taken;
          taken = 0;
        },
      };
    },
  };
}
