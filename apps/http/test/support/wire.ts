/** A response as received. */
export interface WireResponse {
  readonly status: number;
  /** The header fields by lower-case name. */
  readonly fields: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Parses all responses of a connection. Throws if there is anything else. */
export function parseResponses(wire: string): readonly WireResponse[] {
  const responses: WireResponse[] = [];
  for (let rest = wire; rest !== ''; ) {
    const end = rest.indexOf('\r\n\r\n');
    const [statusLine = '', ...lines] = rest.slice(0, end).split('\r\n');
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1]);
    if (end === -1 || Number.isNaN(status)) throw new Error(`no response: ${JSON.stringify(rest.slice(0, 200))}`);
    const fields = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), fieldValueOf(line)]));
    const length = status < 200 ? 0 : Number(fields.get('content-length') ?? Number.NaN);
    if (Number.isNaN(length)) throw new Error(`a response without Content-Length: ${statusLine}`);
    responses.push({ status, fields, body: rest.slice(end + 4, end + 4 + length) });
    rest = rest.slice(end + 4 + length);
  }
  return responses;
}

function fieldValueOf(line: string): string {
  return line.slice(line.indexOf(':') + 1).trim();
}
