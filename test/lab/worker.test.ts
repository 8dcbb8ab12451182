import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { labDirectory } from './reaper.js';
import { startWorker } from './worker.js';

const entry = (name: string, code: string): string => {
  mkdirSync(labDirectory(), { recursive: true });
  const path = join(labDirectory(), name);
  writeFileSync(path, code);
  return path;
};
const ready = "console.log('worker ready');";

test('a worker is ready when it says so, knows its settings, and stops gracefully with its exit code', async () => {
  const show =
    'console.error(process.env.TEMPORAL_ADDRESS, process.env.REDIS_MIGRATION_TASK_QUEUE, process.env.SOURCE_PASSWORD);';
  const wait = "setInterval(() => {}, 1000); process.on('SIGTERM', () => process.exit(3));";
  const options = { address: '127.0.0.1:1', taskQueue: 'queue', env: { SOURCE_PASSWORD: 'of-the-source' } };
  const worker = await startWorker({ ...options, entry: entry('graceful.mjs', show + wait + ready) });
  expect(worker.output()).toContain('127.0.0.1:1 queue of-the-source');
  worker.freeze();
  expect(await worker.stop()).toBe(3);
  expect(worker.running()).toBe(false);
});

test('a worker that ends or stays silent is an error with its output', async () => {
  const ends = startWorker({
    address: 'a',
    name: 'second',
    entry: entry('ends.mjs', "throw new Error('no settings')"),
  });
  await expect(ends).rejects.toThrow(/second ended at start:[\s\S]*no settings/);
  const silent = entry('silent.mjs', "console.log('still starting'); setInterval(() => {}, 1000)");
  await expect(startWorker({ address: 'a', entry: silent, readyWithinMs: 300 })).rejects.toThrow("wasn't ready");
});
