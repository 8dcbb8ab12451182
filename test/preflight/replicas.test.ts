import { expect, test } from 'vitest';
import { replicas } from '../../src/preflight/replicas.js';
import { replicate } from '../lab/replicate.js';
import { waitFor } from '../lab/wait-for.js';
import { brief, contextOf, informed, start, startPair, texts } from './support.js';

test('replicas of both sides are named, the target itself left out', async () => {
  const [source, target] = await startPair();
  const judge = async () => replicas(await contextOf(source, target));
  expect(brief(await judge())).toEqual(['source pass', 'target pass']);

  await replicate({ from: source, to: target });
  await waitFor(async () => (await source.info('replication')).slave0, {
    what: 'the replica to be seen',
    until: line => line?.includes('state=online') ?? false,
  });
  expect(brief(await judge())).toEqual(['source pass', 'target pass']);

  const [third, fourth] = [await start(), await start()];
  await replicate({ from: source, to: third });
  await replicate({ from: target, to: fourth });
  await waitFor(async () => (await target.info('replication')).slave0, {
    what: 'the replica to be seen',
    until: line => line?.includes('state=online') ?? false,
  });
  const results = await judge();
  expect(brief(results)).toEqual(['source warning', 'target pass']);
  expect(texts(results)).toContain(`1 replica of its own`);
  expect(texts(results)).toContain(
    `the target's own replicas are in sync: "127.0.0.1:${fourth.port}"`.replace('the t', 'The t'),
  );

  const elsewhere = informed(await contextOf(source, target), 'target', { master_replid: 'of another' });
  expect(texts(await replicas(elsewhere))).toContain('2 replicas of its own');

  const behind = informed(await contextOf(source, target), 'target', {
    slave0: 'ip=10.0.0.9,port=6379,state=wait_bgsave,offset=0,lag=0',
  });
  const late = await replicas(behind);
  expect(brief(late)).toEqual(['source warning', 'target warning']);
  expect(texts(late)).toContain('1 replica of the target is not in sync: "10.0.0.9:6379"');
});
