import { expect, test } from 'vitest';
import { minReplicas } from '../../src/preflight/min-replicas.js';
import { replicate } from '../lab/replicate.js';
import { brief, contextOf, informed, start, startPair, texts } from './support.js';

test('a target that would refuse writes for want of replicas fails', async () => {
  const [source, target] = await startPair();
  const judge = async () => minReplicas(await contextOf(source, target));
  expect(brief(await judge())).toEqual(['source pass', 'target pass']);

  await source.cli('CONFIG', 'SET', 'min-replicas-to-write', '1');
  await target.cli('CONFIG', 'SET', 'min-replicas-to-write', '1');
  const results = await judge();
  expect(brief(results)).toEqual(['source warning', 'target failure']);
  expect(texts(results)).toContain('or give it 1 more replica');

  await replicate({ from: target, to: await start() });
  expect(brief(await judge())).toEqual(['source warning', 'target pass']);
  const lagging = { slave0: 'ip=10.0.0.9,port=6379,state=online,offset=0,lag=60' };
  const late = await minReplicas(informed(await contextOf(source, target), 'target', lagging));
  expect(brief(late)).toEqual(['source warning', 'target failure']);
  await target.cli('CONFIG', 'SET', 'min-replicas-to-write', '2');
  expect(brief(await judge())).toEqual(['source warning', 'target failure']);
});

test.each(['1000000', '2000000'])('%s was left by a migration: nothing begins before that is undone', async left => {
  const [source, target] = await startPair();
  for (const server of [source, target]) await server.cli('CONFIG', 'SET', 'min-replicas-to-write', left);
  const results = await minReplicas(await contextOf(source, target));
  expect(brief(results)).toEqual(['source failure', 'target failure']);
  expect(texts(results)).toContain('redis-migration undo');
});
