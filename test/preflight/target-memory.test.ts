import { expect, test } from 'vitest';
import { dataBytes } from '../../src/preflight/load.js';
import { targetMemory } from '../../src/preflight/target-memory.js';
import { brief, contextOf, informed, startPair, texts } from './support.js';

test("the target's limits are held against the source's data", async () => {
  const [source, target] = await startPair();
  await source.cli('DEBUG', 'POPULATE', '40', 'key', '1000000');
  const judge = async () => targetMemory(await contextOf(source, target));
  expect(brief(await judge())).toEqual(['target pass']);

  const data = dataBytes((await contextOf(source, target)).sourceInfo);
  await target.cli('CONFIG', 'SET', 'maxmemory', String(Math.round(data * 1.15)));
  const tight = await judge();
  expect(brief(tight)).toEqual(['target warning']);
  expect(texts(tight)).toMatch(/its maxmemory is [\d.]+ MiB: tight. \| On the target: CONFIG SET maxmemory \d+/);

  await target.cli('CONFIG', 'SET', 'maxmemory', '30mb');
  const little = await judge();
  expect(brief(little)).toEqual(['target failure']);
  expect(texts(little)).toContain('30 MiB: too little');

  await target.cli('CONFIG', 'SET', 'maxmemory', '0');
  const small = informed(await contextOf(source, target), 'target', { total_system_memory: '33554432' });
  expect(texts(await targetMemory(small))).toContain("its machine's memory is 32 MiB: too little");
});
