/** The default clock: milliseconds since 1970, as every JavaScript runtime tells them. */
export const systemClock: () => number = () => Date.now();
