import { expect, test } from 'vitest';
import type { Endpoint } from '../../src/server/endpoint.js';
import { connectionError } from '../../src/server/failures.js';

const endpoint = { side: 'target', host: 'new.internal', port: 6380 } as Endpoint;

test('what is no Redis is told without the client library asking for a bug report', () => {
  const error = connectionError(endpoint, new Error('Protocol error: Unknown RESP type 72 "H". Please report this.'));
  expect(error.type).toBe('NotRedis');
  expect(error.message).toMatch(/^The target new\.internal:6380 answered, but not as a Redis server \(.*"H"\)\.$/);
});

test('who gets no answer over TLS is told that the port may speak none', () => {
  const silence = new Error('connect ETIMEDOUT');
  expect(connectionError({ ...endpoint, tls: {} }, silence).remedy).toContain('A port without TLS');
  expect(connectionError(endpoint, silence).remedy).not.toContain('TLS does not answer');
});
