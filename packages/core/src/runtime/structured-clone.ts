/** Copies plain data. ECMAScript does not define this function, but every runtime provides it. */
export const { structuredClone } = globalThis as unknown as { structuredClone<T>(value: T): T };
