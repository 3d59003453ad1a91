import * as v from 'valibot';

/** Host names without ports, separated by commas, in lower case. */
export const AllowedHostsSchema = v.pipe(
  v.string(),
  v.transform((text) => text.split(',').map((host) => host.trim().toLowerCase())),
  v.check(
    (hosts) => hosts.every((host) => /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])$/.test(host)),
    'expected host names without ports, e.g. tracker.internal,10.0.0.5',
  ),
);
