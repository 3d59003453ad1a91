/** Exit codes of every command. */
export const EXIT_CODES = {
  done: 0,
  /** The server refused the request, events do not match a schema, or something else failed that a retry does not help. */
  refused: 1,
  /** The arguments are wrong; nothing was sent. */
  usage: 2,
  /** The server cannot be reached, is overloaded, or its store does not work. */
  unavailable: 3,
  /** As a shell reports a program that SIGINT ended: 128 and the number of the signal. */
  interrupted: 130,
  terminated: 143,
} as const;
