/** How request bodies can be compressed. */
export const REQUEST_ENCODINGS = ['gzip', 'deflate', 'br', 'zstd'] as const;

export type RequestEncoding = (typeof REQUEST_ENCODINGS)[number];

/** How response bodies can be compressed, in the server's order of preference. */
export const RESPONSE_ENCODINGS = ['zstd', 'br', 'gzip'] as const;

export type ResponseEncoding = (typeof RESPONSE_ENCODINGS)[number];
