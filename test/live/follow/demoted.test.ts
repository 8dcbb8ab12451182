import { afterEach, expect, it } from 'vitest';
import { Selection } from '../../../src/selection/selection.js';
import { Closers } from '../../lab/closers.js';
import { audit, type RedisServer, replicate, startRedis, startWriters, untilInSync, waitFor } from '../../lab/index.js';
import { InProcess } from './in-process.js';

let closers = new Closers();
afterEach(async () => {
  await closers.close();
  closers = new Closers();
});

const start = (): Promise<RedisServer> => closers.keep(startRedis(), server => server.discard());

/** A source with a replica, and a target. */
async function three(): Promise<[source: RedisServer, other: RedisServer, target: RedisServer]> {
  const servers = await Promise.all([start(), start(), start()]);
  await replicate({ from: servers[0], to: servers[1] });
  return servers;
}

async function failOver(from: RedisServer, to: RedisServer): Promise<void> {
  await from.cli('FAILOVER', 'TO', to.host, String(to.port));
  await untilInSync({ to: from });
}

it('no acknowledged write is lost or doubled while the source is demoted and comes back, again and again', async () => {
  const [source, other, target] = await three();
  const following = new InProcess(source, target);
  const writers = await closers.keep(startWriters({ source, target: other, count: 2, ratePerWriter: 300 }), it =>
    it.kill(),
  );
  for (let n = 0; n < 3; n++) {
    await failOver(source, other);
    await other.cli('SET', 'round', String(n));
    await following.until(target, 'round', String(n));
    const told = `The source was demoted; following ${other.address} through it.`;
    await waitFor(() => following.progress?.trouble === told, { what: 'the demotion to be told' });
    await failOver(other, source);
    await source.cli('SET', 'back', String(n));
    await following.until(target, 'back', String(n));
  }
  const journal = await writers.stop();
  await source.cli('SET', 'end', '1');
  await following.until(target, 'end', '1');
  const { lost, duplicated, unexpected } = await audit(target, journal);
  expect([...lost, ...duplicated, ...unexpected]).toEqual([]);
  await following.stop();
});

it('a key that the stream does not tell all of is fetched from the demoted source', async () => {
  const [source, other, target] = await three();
  const filter = { match: [], exclude: [], types: ['string'], databases: [] };
  const following = new InProcess(source, target, { selection: Selection.of({ filter, rename: null }) });
  await source.cli('SET', 'before', 'it');
  await following.until(target, 'before', 'it');
  await failOver(source, other);
  await other.cli('RENAME', 'before', 'after');
  await following.until(target, 'after', 'it');
  await following.stop();
});
