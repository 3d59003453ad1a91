import { expect, test } from 'vitest';
import { checkPostgresUrl } from './postgres-url.ts';

test.each([
  'postgres://app:secret@db/events',
  'postgresql://app@db:6432/events?sslmode=verify-full&sslrootcert=/etc/ca.pem',
  'postgres://app@db/events?sslmode=require&channel_binding=require',
  'postgres://app@db/events?options=-c%20work_mem%3D5MB&connect_timeout=10&target_session_attrs=read-write',
])('accepts %s', (url) => {
  expect(() => checkPostgresUrl(url)).not.toThrow();
});

test.each([
  ['postgres://app:hunter2@db/events?ssl_mode=hunter2', 'expected sslmode, not the unknown parameter ssl_mode'],
  ['postgres://app:hunter2@db/events?applicaton_name=hunter2', 'expected application_name'],
  ['postgres://app:hunter2@db/events?x=1', 'the unknown parameter x'],
  ['http://app:hunter2@db', 'expected postgres://'],
  ['hunter2', 'expected postgres://'],
])('rejects %s, without its password', (url, message) => {
  const check = () => checkPostgresUrl(url);
  expect(check).toThrow(RangeError);
  expect(check).toThrow(message);
  expect(check).not.toThrow(/hunter2/);
});
