/** The formats of files. */
export const FILE_FORMATS = ['ndjson', 'json', 'csv'] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

/** The formats of timestamps; the last three are local and require a time zone. */
export const TIME_FORMATS = ['rfc3339', 'unix', 'unix-ms', 'unix-us', 'unix-ns', 'ymd', 'dmy', 'mdy'] as const;
export type TimeFormat = (typeof TIME_FORMATS)[number];
