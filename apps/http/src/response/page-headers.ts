/** Header fields of a page: it is restricted to requests of this server, and to scripts that are files of this server. */
export function pageHeadersOf(...furtherDirectives: readonly string[]): Record<string, string> {
  return {
    'Content-Security-Policy': [...DIRECTIVES, ...furtherDirectives].join('; '),
    'Referrer-Policy': 'no-referrer',
  };
}

const DIRECTIVES = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
];
