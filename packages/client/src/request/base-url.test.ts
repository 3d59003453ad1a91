import { describe, expect, test } from 'vitest';
import { parseBaseUrl } from './base-url.ts';

describe('parseBaseUrl', () => {
  test.each([
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080'],
    ['HTTPS://Events.Example:443/a/tracker//', 'https://events.example/a/tracker'],
    ['http://[::1]:8080/', 'http://[::1]:8080'],
  ])('accepts %s', (text, url) => {
    expect(parseBaseUrl(text)).toBe(url);
  });

  test.each([
    ['', 'expected an http or https URL'],
    ['127.0.0.1:8080', 'expected an http or https URL'],
    ['localhost:8080', 'expected an http or https URL'],
    ['ftp://example.com', 'expected an http or https URL'],
    ['http://key@example.com', 'use the option key'],
    ['http://example.com/?key=1', 'without a query'],
    ['http://example.com/#a', 'without a query'],
  ])('refuses %j', (text, message) => {
    expect(() => parseBaseUrl(text)).toThrow(message);
  });
});
