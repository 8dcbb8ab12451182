import { describe, expect, test } from 'vitest';
import { isSameAddress, parseAddress, parseServerUrl } from '../../src/contract/address.js';

describe('a server url', () => {
  test.each([
    ['redis://cache:6380', { host: 'cache', port: 6380, encrypted: false }],
    ['rediss://cache:6380', { host: 'cache', port: 6380, encrypted: true }],
    ['REDISS://Cache.Example.com', { host: 'Cache.Example.com', port: 6379, encrypted: true }],
    ['redis://cache/', { host: 'cache', port: 6379, encrypted: false }],
    ['redis://10.0.0.1:1', { host: '10.0.0.1', port: 1, encrypted: false }],
    ['redis://my_redis-1:65535', { host: 'my_redis-1', port: 65_535, encrypted: false }],
    ['redis://[::1]', { host: '::1', port: 6379, encrypted: false }],
    ['redis://[2001:DB8:0::1]:7000', { host: '2001:db8::1', port: 7000, encrypted: false }],
    ['redis://[::ffff:10.0.0.1]:7000', { host: '::ffff:a00:1', port: 7000, encrypted: false }],
  ])('%s is taken', (url, address) => {
    expect(parseServerUrl(url)).toEqual(address);
  });

  test.each([
    ['redis://user:password@cache:6379', 'credentials'],
    ['redis://:password@cache', 'credentials'],
    ['user:password@cache', 'credentials'],
    ['redis://cache?db=1', 'query'],
    ['redis://cache#1', 'fragment'],
    ['redis://cache/0', 'database number'],
    ['redis://cache:6379/15/', 'database number'],
    ['redis://cache/path', 'path'],
    ['redis://cache//', 'path'],
    ['http://cache', 'redis:// or rediss://'],
    ['cache:6379', 'redis:// or rediss://'],
    ['', 'redis:// or rediss://'],
    [' redis://cache', 'redis:// or rediss://'],
    ['redis:/cache', 'redis:// or rediss://'],
    ['redis+sentinel://cache', 'redis:// or rediss://'],
    [`redis://${'a'.repeat(300)}`, 'longer than'],
    [`redis://${'a'.repeat(254)}`, 'host name'],
    ['redis://', 'host name'],
    ['redis://:6379', 'host name'],
    ['redis://-cache', 'host name'],
    ['redis://a b', 'host name'],
    ['redis://a\nb', 'host name'],
    ['redis://a\0', 'host name'],
    ['redis://a"b', 'host name'],
    ["redis://a'b", 'host name'],
    ['redis://a,b', 'host name'],
    ['redis://c%61che', 'host name'],
    ['redis://кэш', 'host name'],
    ['redis://[]', 'host name'],
    ['redis://[cache]', 'host name'],
    ['redis://[:::1]', 'host name'],
    ['redis://[fe80::1%eth0]', 'host name'],
    ['redis://[::1', 'host name'],
    ['redis://[::1]6379', 'host name'],
    ['redis://::1:6379', 'brackets'],
    ['redis://cache:', 'port'],
    ['redis://cache:0', 'port'],
    ['redis://cache:65536', 'port'],
    ['redis://cache:123456', 'port'],
    ['redis://cache:-1', 'port'],
    ['redis://cache: 1', 'port'],
    ['redis://cache:1\n', 'port'],
    ['redis://user:password', 'port'],
  ])('%j is refused for its %s', (url, reason) => {
    expect(parseServerUrl(url)).toEqual({ refusal: expect.stringContaining(reason) });
  });

  test('a refusal never quotes the url', () => {
    for (const url of [
      'redis://user:hunter2',
      'redis://hunter2@a',
      'redis://a?p=hunter2',
      'hunter2',
      'redis://hun ter2',
    ]) {
      expect(JSON.stringify(parseServerUrl(url))).not.toMatch(/hun ?ter2/);
    }
  });
});

test('an address for the peer needs its port', () => {
  expect(parseAddress('cache:7000')).toEqual({ host: 'cache', port: 7000 });
  expect(parseAddress('[::1]:7000')).toEqual({ host: '::1', port: 7000 });
  expect(parseAddress(':'.repeat(301))).toEqual({ refusal: 'is longer than 300 characters' });
  expect(parseAddress('::1')).toEqual({ refusal: expect.stringContaining('brackets') });
  expect(parseAddress('cache')).toEqual({ refusal: expect.stringContaining('port') });
});

test('addresses are the same whatever the case of their names', () => {
  expect(isSameAddress({ host: 'Cache', port: 1 }, { host: 'cACHE', port: 1 })).toBe(true);
  expect(isSameAddress({ host: 'cache', port: 1 }, { host: 'cache', port: 2 })).toBe(false);
  expect(isSameAddress({ host: 'cache', port: 1 }, { host: 'cache2', port: 1 })).toBe(false);
});
