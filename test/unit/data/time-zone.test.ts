import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { instantOfLocal, localOfInstant, zoneOffset } from '../../../src/data/values/time-zone.ts';
import { Timestamp } from '../../../src/data/values/timestamp.ts';

const HOUR = 3_600_000;
const ms = (text: string): number => Timestamp.from(text).epochMs;
const local = (text: string, zone: string): string => String(Timestamp.ofEpochMs(localOfInstant(ms(text), zone), 0));
const instant = (text: string, zone: string): string => String(Timestamp.ofEpochMs(instantOfLocal(ms(text), zone), 0));
const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Asia/Kathmandu',
  'Africa/Casablanca',
];

describe('time zones', () => {
  it('moves a local time that a gap skips on by the length of the gap', () => {
    expect(instant('2020-03-29 02:30:00', 'Europe/Berlin')).toBe('2020-03-29 01:30:00');
    expect(local(instant('2020-03-29 02:30:00', 'Europe/Berlin'), 'Europe/Berlin')).toBe('2020-03-29 03:30:00');
    expect(instant('2020-03-29 01:59:59', 'Europe/Berlin')).toBe('2020-03-29 00:59:59');
    expect(instant('2020-03-29 03:00:00', 'Europe/Berlin')).toBe('2020-03-29 01:00:00');
  });

  it('takes the earlier of two instants in an overlap', () => {
    expect(instant('2020-10-25 02:30:00', 'Europe/Berlin')).toBe('2020-10-25 00:30:00');
    expect(instant('2020-10-25 01:59:59', 'Europe/Berlin')).toBe('2020-10-24 23:59:59');
    expect(instant('2020-10-25 03:00:00', 'Europe/Berlin')).toBe('2020-10-25 02:00:00');
    expect(instant('2020-11-01 01:30:00', 'America/New_York')).toBe('2020-11-01 05:30:00');
  });

  it('survives a day that a zone skipped', () => {
    expect(local(instant('2011-12-30 12:00:00', 'Pacific/Apia'), 'Pacific/Apia')).toBe('2011-12-31 12:00:00');
  });

  it('knows old local mean times and half-hour changes', () => {
    expect(local('1890-01-01 00:00:00', 'Europe/Berlin')).toBe('1890-01-01 00:53:28');
    expect(zoneOffset(ms('2020-01-01'), 'Australia/Lord_Howe')).toBe(11 * HOUR);
    expect(zoneOffset(ms('2020-07-01'), 'Australia/Lord_Howe')).toBe(10.5 * HOUR);
    expect(local('0001-01-01 00:00:00', 'Europe/Berlin')).toBe('0001-01-01 00:53:28');
    expect(local('9999-07-01 00:00:00', 'Europe/Berlin')).toBe('9999-07-01 02:00:00');
  });

  it('takes fixed offsets', () => {
    expect(['+01:00', 'GMT+1', 'UTC+01:00', '+0100'].map((zone) => zoneOffset(0, zone))).toEqual([HOUR, HOUR, HOUR, HOUR]);
    expect(['UTC', 'Z', 'GMT', '-05:30'].map((zone) => zoneOffset(0, zone))).toEqual([0, 0, 0, -5.5 * HOUR]);
  });

  it.each(['Mars/Olympus', '', '+25:00', '+01:99'])('refuses %j', (zone) => {
    expect(() => zoneOffset(0, zone)).toThrow(expect.objectContaining({ code: 'MS2006' }));
  });

  it('agrees with Temporal', () => {
    const times = fc.integer({ min: ms('1950-01-01'), max: ms('2037-01-01') });
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), times, (zone, time) => {
        const zoned = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(zone);
        expect(zoneOffset(time, zone)).toBe(zoned.offsetNanoseconds / 1e6);
        const plain = Temporal.PlainDateTime.from(Timestamp.ofEpochMs(time).toString().replace(' ', 'T'));
        expect(instantOfLocal(time, zone)).toBe(plain.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds);
      }),
      { seed: 20260729, numRuns: 300 },
    );
  });

  it('agrees with Temporal around every change of a decade', () => {
    for (const zone of ZONES) {
      let at: Temporal.ZonedDateTime | null = Temporal.Instant.from('2009-01-01T00:00Z').toZonedDateTimeISO(zone);
      for (at = at.getTimeZoneTransition('next'); at !== null && at.year < 2020; at = at.getTimeZoneTransition('next')) {
        for (const shift of [-90, -31, -1, 0, 1, 31, 90, 1439]) {
          const wall = at.toPlainDateTime().add({ minutes: shift });
          const wanted = wall.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds;
          expect([zone, String(wall), instantOfLocal(ms(wall.toString().replace('T', ' ')), zone)]).toEqual([zone, String(wall), wanted]);
        }
      }
    }
  });
});
