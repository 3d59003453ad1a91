/** The formats that a text can be seen to have. Others, such as that of host names, also fit texts that are something else. */
export const STRING_FORMATS = ['date', 'date-time', 'uuid'] as const;

export type StringFormat = (typeof STRING_FORMATS)[number];

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
/** RFC 3339 without leap seconds. */
const DATE_TIME = /^(\d{4}-\d\d-\d\d)t(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;

/** True if a text has a format of JSON Schema. */
export function hasFormat(text: string, format: StringFormat): boolean {
  switch (format) {
    case 'date':
      return isDate(text);
    case 'date-time':
      return isDate(DATE_TIME.exec(text)?.[1] ?? '');
    case 'uuid':
      return UUID.test(text);
  }
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  // JavaScript can read 30 February as 2 March.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
