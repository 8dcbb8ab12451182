import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { spoolDisk } from '../../src/preflight/spool-disk.js';
import { fill, labDirectory, type RedisServer } from '../lab/index.js';
import { loadOf } from './load.js';
import { brief, closeLater, contextOf, informed, startPair, texts } from './support.js';

const MiB = 1024 ** 2;
const rate = (maxKeysPerSecond: number) => ({ maxKeysPerSecond });

let source: RedisServer;
let target: RedisServer;
let dir: string;
beforeAll(async () => {
  [source, target] = await startPair();
  dir = mkdtempSync(join(labDirectory(), 'spools-'));
});

interface Case {
  spoolDir?: string;
  maxBytes?: number;
  writeRate?: number;
  syncSeconds?: number;
  input?: object;
}

const context = ({ spoolDir = dir, maxBytes = 16 * 1024 * MiB, writeRate = 0, syncSeconds = 5, input = {} }: Case) =>
  contextOf(source, target, {
    input: { method: 'live', ...input },
    live: { spoolDir, spool: { maxBytes } },
    baseline: loadOf(writeRate, syncSeconds),
  });

test('a disk with room passes, also before the directory is made, and nothing is made', async () => {
  const results = await spoolDisk(await context({ spoolDir: join(dir, 'not', 'yet') }));
  expect(brief(results)).toEqual(['both pass']);
  expect(texts(results)).toMatch(/are free for the spool in .*not\/yet on /);
  expect(execFileSync('ls', [dir]).toString()).toBe('');
});

test('a place that can not be written to is a failure that says why', async () => {
  const file = join(dir, 'file');
  writeFileSync(file, '');
  const results = await spoolDisk(await context({ spoolDir: join(file, 'spools') }));
  expect(brief(results)).toEqual(['both failure']);
  expect(texts(results)).toMatch(/can't keep the spool in .*ENOTDIR.*REDIS_MIGRATION_SPOOL_DIR/);
});

test('a source that is bigger than any disk is a failure, with the sizes', async () => {
  const huge = informed(await context({}), 'source', { used_memory: String(2 ** 60) });
  const results = await spoolDisk(huge);
  expect(brief(results)).toEqual(['both failure']);
  expect(texts(results)).toMatch(/up to 1048576 TiB .* might never come through.*send 'retry'/);
});

test('a small disk of its own is too small, tight, or enough', async ({ skip }) => {
  const small = mkdtempSync(join(labDirectory(), 'small-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200m', 'tmpfs', small], { stdio: 'ignore' });
  } catch {
    return skip('mounting is not allowed here');
  }
  closeLater(() => execFileSync('umount', [small]));
  const judge = async (writeRate: number) => spoolDisk(await context({ spoolDir: small, writeRate, syncSeconds: 10 }));
  expect(brief(await judge(MiB))).toEqual(['both pass']);
  const tight = await judge(9 * MiB);
  expect(brief(tight)).toEqual(['both warning']);
  expect(texts(tight)).toMatch(/20s of writes at 9 MiB\/s \(measured\) while it is applied 180 MiB\. 200 MiB are free/);
  const full = await judge(11 * MiB);
  expect(brief(full)).toEqual(['both failure']);
  expect(texts(full)).toMatch(/too little\. A full spool is no error, but the source has to wait.*fresh snapshot/);
});

test('the bound of the stream counts as the disk does', async () => {
  const judge = async (writeRate: number) =>
    spoolDisk(await context({ maxBytes: 100 * MiB, writeRate, syncSeconds: 5 }));
  expect(brief(await judge(7 * MiB))).toEqual(['both pass']);
  expect(brief(await judge(9 * MiB))).toEqual(['both warning']);
  const results = await judge(20 * MiB);
  expect(brief(results)).toEqual(['both failure']);
  expect(texts(results)).toMatch(/REDIS_MIGRATION_SPOOL_MAX is 100 MiB: too little.*REDIS_MIGRATION_SPOOL_MAX=250MiB/);
});

test('a snapshot that is applied at a limited rate takes longer, and the stream waits so long', async () => {
  await fill(source, { keys: 1000 });
  const slow = await spoolDisk(await context({ maxBytes: 100 * MiB, writeRate: MiB, input: { rate: rate(5) } }));
  expect(brief(slow)).toEqual(['both failure']);
  expect(texts(slow)).toMatch(/3m 20s of writes at 1 MiB\/s .* 200 MiB/);
  const quick = await spoolDisk(await context({ maxBytes: 100 * MiB, writeRate: MiB, input: { rate: rate(1000) } }));
  expect(brief(quick)).toEqual(['both pass']);
});
