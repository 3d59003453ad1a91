import { describe, expect, test } from 'vitest';
import {
  type Address,
  filtersOf,
  formatAddress,
  parseAddress,
  withAdded,
  without,
  withValue,
  withView,
} from './address.ts';

const address = parseAddress('#/stats?event_type=login&payload.%22a.b%22[gte]=1&metric=count&view.zone=UTC');

describe('an address', () => {
  test.each<Address>([
    { view: 'events', parameters: [] },
    {
      view: 'events',
      parameters: [
        ['event_type', 'a b+c&d=e#f%'],
        ['payload."ä.b"[in]', '"x,y",é€😀'],
      ],
    },
    {
      view: 'stats',
      parameters: [
        ['metric', 'p95:payload.ms'],
        ['interval', '1h'],
        ['view.event', ''],
      ],
    },
  ])('is the same after it was formatted and parsed: %j', (original) => {
    expect(parseAddress(formatAddress(original))).toEqual(original);
  });

  test('stays readable', () => {
    expect(formatAddress(withValue(parseAddress(''), 'payload.a[gte]', '2025-01-01T12:00:00Z'))).toBe(
      '#/events?payload.a[gte]=2025-01-01T12:00:00Z',
    );
  });

  test('of an unknown view, or without one, shows events', () => {
    expect(parseAddress('#/nothing?event_type=a')).toEqual({ view: 'events', parameters: [['event_type', 'a']] });
    expect(parseAddress('')).toEqual({ view: 'events', parameters: [] });
  });

  test('keeps text that is not percent-encoded correctly', () => {
    expect(parseAddress('#/events?q=100%').parameters).toEqual([['q', '100%']]);
  });

  test('keeps its filters in another view, except between quarantined events and others', () => {
    expect(withView(address, 'events')).toEqual({ ...address, view: 'events' });
    const quarantine = withView(address, 'quarantine');
    expect(quarantine).toEqual({ view: 'quarantine', parameters: [['view.zone', 'UTC']] });
    const filtered = withValue(quarantine, 'event_type', 'login');
    expect(withView(filtered, 'quarantine')).toEqual(filtered);
    expect(withView(filtered, 'stats')).toEqual({ ...quarantine, view: 'stats' });
  });

  test('has filters, which are neither parameters of statistics nor of the page', () => {
    expect(filtersOf(address)).toEqual([
      ['event_type', 'login'],
      ['payload."a.b"[gte]', '1'],
    ]);
  });

  test('gets each filter once, and one start', () => {
    const added = withAdded(address, [
      ['event_type', 'login'],
      ['event_type', 'logout'],
      ['start', '2025-01-01'],
    ]);
    const again = withAdded(added, [['start', '2025-02-01']]);
    expect(filtersOf(again)).toEqual([
      ['event_type', 'login'],
      ['payload."a.b"[gte]', '1'],
      ['event_type', 'logout'],
      ['start', '2025-02-01'],
    ]);
  });

  test('loses one value of a parameter', () => {
    const both = withAdded(address, [['event_type', 'logout']]);
    expect(filtersOf(without(both, ['event_type', 'login']))).toEqual([
      ['payload."a.b"[gte]', '1'],
      ['event_type', 'logout'],
    ]);
  });
});
