import * as v from 'valibot';
import type { Address } from '../server/listen.ts';

const MAX_PORT = 65_535;
const ADDRESS = /^(?:\[([0-9a-f:.]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/i;

/** `HOST:PORT`, an IPv6 address in brackets. */
export const AddressSchema = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }): Address => {
    const { host, port } = splitAddress(dataset.value);
    if (host !== undefined && port !== undefined) return { host, port };
    addIssue({ message: 'expected HOST:PORT, e.g. 127.0.0.1:8080, 0.0.0.0:8080 or [::1]:8080' });
    return NEVER;
  }),
);

/** `HOST:PORT`, or only `HOST` if another setting has the port. */
export const BindAddressSchema = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }): { readonly host: string; readonly port: number | undefined } => {
    const { host, port } = splitAddress(dataset.value);
    // Only digits are a port without a host.
    if (host !== undefined && !/^\d+$/.test(host)) return { host, port };
    addIssue({ message: 'expected HOST:PORT, e.g. 127.0.0.1:8080 or [::1]:8080, or HOST, e.g. 0.0.0.0' });
    return NEVER;
  }),
);

/** Returns an empty host if the text is not an address. */
function splitAddress(text: string): { readonly host?: string | undefined; readonly port?: number | undefined } {
  const [, bracketed, plain, digits] = ADDRESS.exec(text) ?? [];
  const port = digits === undefined ? undefined : Number(digits);
  return port !== undefined && port > MAX_PORT ? {} : { host: bracketed ?? plain, port };
}
