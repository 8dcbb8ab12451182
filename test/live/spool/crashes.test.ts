import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, open as openFile, readdir, rename, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StreamSpool } from '../../../src/live/spool/stream-spool.js';
import { killAtEnd } from '../../lab/reaper.js';
import { appendAll, readTo, spoolDir, streamOf, useSpools } from '../spool-support.js';

const { fresh, open } = useSpools();
const place = { replicationId: 'a', offset: 1000 };
const bytes = streamOf(20_000);

/** A closed spool of one file, with its path. */
async function closed() {
  const spool = await fresh();
  await spool.begin(place);
  await appendAll(spool, bytes, 999);
  await spool.close();
  const [segment] = (await readdir(spool.dir)).filter(name => name.endsWith('.segment'));
  return { dir: spool.dir, segment: String(segment) };
}

async function copyOf({ dir, segment }: { dir: string; segment: string }): Promise<{ dir: string; file: string }> {
  const copy = await spoolDir();
  await mkdir(copy, { recursive: true });
  for (const name of ['meta.json', segment]) await copyFile(join(dir, name), join(copy, name));
  return { dir: copy, file: join(copy, segment) };
}

test('a torn end is cut, wherever, and the stream goes on from there', async () => {
  const whole = await closed();
  const arbitrary = fc.asyncProperty(fc.nat(20_500), fc.constantFrom('', 'zeros', 'noise'), async (size, end) => {
    const { dir, file } = await copyOf(whole);
    await truncate(file, size);
    const handle = await openFile(file, 'a');
    if (end) await handle.write(end === 'zeros' ? Buffer.alloc(300) : streamOf(300));
    await handle.close();
    const spool = await StreamSpool.open(dir);
    const { end: offset } = spool;
    // A file that ends within its head has nothing.
    expect(offset - 1000).toBe(Math.min(bytes.length, Math.max(0, Math.floor((size - 24) / (999 + 28))) * 999));
    if (offset > 1000) expect((await stat(file)).size).toBe(24 + ((offset - 1000) / 999) * (999 + 28));
    await appendAll(spool, bytes.subarray(offset - 1000), 1500);
    await spool.sync();
    expect((await readTo(spool.reader(1000), spool.end)).equals(bytes)).toBe(true);
    await spool.close();
    const again = await StreamSpool.open(dir);
    expect((await readTo(again.reader(1000), 21_000)).equals(bytes)).toBe(true);
    await again.remove();
  });
  await fc.assert(arbitrary, { numRuns: 60 });
});

test('bytes that were changed in the middle are never given out', async () => {
  const spool = await fresh({ segmentBytes: 140_000, memoryBytes: 0 });
  await spool.begin(place);
  const long = streamOf(500_000);
  await appendAll(spool, long);
  await spool.close();
  const [first] = (await readdir(spool.dir)).filter(name => name.endsWith('.segment')).sort();
  const handle = await openFile(join(spool.dir, String(first)), 'r+');
  await handle.write(Buffer.from('X'), 0, 1, 50_000);
  await handle.close();
  const again = await open(spool.dir);
  const reader = again.reader(1000);
  await expect(readTo(reader, again.end)).rejects.toMatchObject({
    type: 'SpoolFailed',
    message: /damaged at replication offset/,
  });
  expect(reader.position).toBeGreaterThan(40_000);
  expect(reader.position).toBeLessThan(50_000);
});

test('a worker that is killed while it writes leaves a spool with everything that it called durable', async () => {
  const dir = await spoolDir();
  const script = `
    import { StreamSpool } from ${JSON.stringify(join(process.cwd(), 'dist/src/live/spool/stream-spool.js'))};
    const spool = await StreamSpool.open(${JSON.stringify(dir)}, { fsync: 'always', segmentBytes: 200_000, memoryBytes: 0 });
    await spool.begin({ replicationId: 'a', offset: 0 });
    for (let n = 0; ; n++) {
      const at = spool.end;
      await spool.append(Buffer.from(Array.from({ length: 5000 }, (_, i) => (at + i) % 251)), 1);
      if (n % 20 === 0) process.stdout.write(spool.durable + '\\n');
      if (n % 7 === 0) await new Promise(setImmediate);
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  killAtEnd(child.pid as number);
  let durable = 0;
  let said = '';
  child.stdout.on('data', text => {
    said += text;
    durable = Number(said.split('\n').at(-2));
    if (durable > 3_000_000) child.kill('SIGKILL');
  });
  await once(child, 'close');
  const spool = await open(dir);
  expect(spool.end).toBeGreaterThanOrEqual(durable);
  const left = await readTo(spool.reader(0), spool.end);
  expect(left.every((byte, at) => byte === at % 251)).toBe(true);
});

test('a snapshot of which it isn’t known whether it was whole is none', async () => {
  const spool = await fresh();
  await spool.begin(place, 'awaited');
  await spool.snapshot?.write(Buffer.from('REDIS0009'));
  const { path } = spool.snapshot ?? {};
  await spool.close();
  await rename(String(path), String(path).replace(/\.part$/, ''));
  const again = await open(spool.dir);
  expect([again.position, again.snapshot]).toEqual([null, null]);
});
