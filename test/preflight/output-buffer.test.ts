import { expect, test } from 'vitest';
import { outputBuffer } from '../../src/preflight/output-buffer.js';
import { describeEachVersion } from '../support/each-version.js';
import { loadOf } from './load.js';
import { brief, contextOf, informed, startPair, texts } from './support.js';

const MiB = 1024 ** 2;

test("the writes of one full sync must fit into the replica's output buffer", async () => {
  const [source, target] = await startPair();
  const judge = async (writeRate: number, syncSeconds: number) =>
    outputBuffer(await contextOf(source, target, { baseline: loadOf(writeRate, syncSeconds) }));

  expect(brief(await judge(MiB, 30))).toEqual(['source pass']);
  // Redis allows 256 MiB at most, and 64 MiB for 60 s.
  expect(brief(await judge(3 * MiB, 50))).toEqual(['source warning']);
  const soft = await judge(MiB, 70);
  expect(brief(soft)).toEqual(['source failure']);
  expect(texts(soft)).toMatch(/its limit is 64 MiB: it would drop the target.*"replica 268435456 268435456 60"/);
  expect(brief(await judge(6 * MiB, 50))).toEqual(['source failure']);

  await source.cli('CONFIG', 'SET', 'client-output-buffer-limit', 'replica 0 0 0');
  const unlimited = await judge(100 * MiB, 100);
  expect(brief(unlimited)).toEqual(['source pass']);
  expect(texts(unlimited)).toContain('its limit is none');
});

test('before anything is measured the load is estimated from INFO', async () => {
  const [source, target] = await startPair();
  const busy = { instantaneous_input_kbps: '51200', used_memory: String(4000 * MiB) };
  const results = await outputBuffer(informed(await contextOf(source, target), 'source', busy));
  expect(brief(results)).toEqual(['source failure']);
  expect(texts(results)).toContain('50 MiB/s of writes (estimated from INFO)');
});

describeEachVersion('live, from', version => {
  test('the worker that follows must not be dropped while it takes its snapshot', async () => {
    const [source, target] = await startPair({ version }, { version });
    const judge = async (writeRate: number) =>
      outputBuffer(await contextOf(source, target, { input: { method: 'live' }, baseline: loadOf(writeRate, 70) }));
    expect(brief(await judge(MiB / 10))).toEqual(['source pass']);
    const results = await judge(MiB);
    expect(brief(results)).toEqual(['source failure']);
    expect(texts(results)).toMatch(/hold 70 MiB for the worker; its limit is 64 MiB: it would drop the worker, and/);
  });
});
