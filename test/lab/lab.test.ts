import { afterAll, beforeAll, expect, test } from 'vitest';
import { Closers } from './closers.js';
import { type Lab, lab } from './lab.js';

let it: Lab;
beforeAll(async () => {
  it = await lab({ workers: 0, source: { password: 'of-the-source' } });
});
afterAll(() => it?.close());

test('a laboratory has two servers and a Temporal that answer', async () => {
  expect(await it.source.cli('PING')).toBe('PONG');
  expect(await it.target.cli('PING')).toBe('PONG');
  expect(await it.client.workflow.count()).toMatchObject({ count: 0 });
  expect(() => it.worker).toThrow('without a worker');
});

test('a second laboratory can share its Temporal, which outlives it; afterwards its servers are gone', async () => {
  const other = await lab({ workers: 0, temporal: it.temporal });
  expect(await other.source.cli('PING')).toBe('PONG');
  const writers = await other.startWriters({ count: 1 });
  await other.close();
  expect(() => writers.progress()).toThrow('died');
  await expect(other.source.cli('PING')).rejects.toThrow('ECONNREFUSED');
  expect(await it.client.workflow.count()).toMatchObject({ count: 0 });
});

test('a laboratory that fails half-way says why', async () => {
  await expect(lab({ temporal: it.temporal, target: { config: { nonsense: '1' } } })).rejects.toThrow(/nonsense/);
});

test('closing goes on after a failure, in reverse order, and then tells it', async () => {
  const closers = new Closers();
  const closed: number[] = [];
  for (const n of [1, 2, 3])
    await closers.keep(Promise.resolve(n), () => {
      closed.push(n);
      if (n === 2) throw new Error('the second fails');
    });
  await expect(closers.close()).rejects.toThrow('the second fails');
  expect(closed).toEqual([3, 2, 1]);
});
