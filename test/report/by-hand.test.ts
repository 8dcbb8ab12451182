import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { strangerLogin } from '../../src/replication/settings.js';
import { renderRollbackPlan } from '../../src/report/rollback-plan.js';
import { type RedisServer, startRedis } from '../lab/redis.js';
import { waitFor } from '../lab/wait-for.js';
import { samplePlan } from './sample.js';

const started: RedisServer[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map(server => server.discard()));
});

test('the way back by hand, after the promotion, loses nothing and takes no full resync', async () => {
  const { source, target } = await pair();
  await target.cli('REPLICAOF', source.host, String(source.port));
  await follows(target);
  await target.cli('REPLICAOF', 'NO', 'ONE');
  await source.cli('REPLICAOF', target.host, String(target.port));
  await follows(source);
  // As the watch leaves both: neither can make its link anew by itself.
  for (const server of [source, target])
    for (const [name, value] of Object.entries(strangerLogin)) await server.cli('CONFIG', 'SET', name, value);
  await target.cli('SET', 'written', 'later');
  const before = await source.info('stats');
  const replies = await byHand(planFor({ source, target }), 'it was promoted', [source, target]);
  // The first INFO is of the source alone; then each shows its id and offset, the target parked.
  const shown = replies.filter(reply => reply.includes('role:slave')).map(positionOf);
  expect(shown).toHaveLength(3);
  expect(shown[1]).toEqual(shown[2]);
  expect((await source.info('replication')).role).toBe('master');
  expect(await source.cli('GET', 'written')).toBe('later');
  await source.cli('SET', 'back', '1');
  await follows(target);
  await waitFor(() => target.cli('GET', 'back'), { what: 'the write to arrive', until: value => value === '1' });
  const after = await source.info('stats');
  expect(Number(after.sync_full) - Number(before.sync_full)).toBe(0);
});

test('the way back by hand, before the promotion, makes a parked and paused source serve again', async () => {
  const { source, target } = await pair();
  await target.cli('REPLICAOF', source.host, String(source.port));
  await follows(target);
  await source.cli('CLIENT', 'PAUSE', '60000', 'WRITE');
  await source.cli('REPLICAOF', '127.0.0.1', '1');
  await byHand(planFor({ source, target }), 'it was not promoted', [source, target]);
  expect(await source.cli('SET', 'k', 'v')).toBe('OK');
  expect((await target.info('replication')).role).toBe('master');
});

// No PING moves the offset while it is compared.
const quiet = { config: { 'repl-ping-replica-period': '3600' } };

async function pair() {
  const [source, target] = await Promise.all([startRedis(quiet), startRedis(quiet)]);
  started.push(source, target);
  return { source, target };
}

const positionOf = (info: string) =>
  [/master_replid:(\w+)/, /slave_repl_offset:(\d+)/].map(field => field.exec(info)?.[1]);

const follows = (replica: RedisServer) =>
  waitFor(async () => (await replica.info('replication')).master_link_status === 'up', {
    what: 'the replica to be in sync',
  });

function planFor({ source, target }: { source: RedisServer; target: RedisServer }): string {
  const plan = samplePlan({ source: { url: source.url }, target: { url: target.url } });
  return renderRollbackPlan({ name: 'w', plan, settings: [], reverseReplication: true, targetKeys: 0 });
}

/** Runs the redis-cli lines below a title, as a person would, each on a connection of its own; gives the answers. */
async function byHand(text: string, title: string, servers: RedisServer[]): Promise<string[]> {
  const part = text.slice(text.indexOf(title)).split('\n\n**')[0] ?? '';
  const replies: string[] = [];
  for (const [, port, command, seconds] of part.matchAll(/^(?:redis-cli -h \S+ -p (\d+) ([^|\n]+)|sleep (\d))/gm)) {
    if (seconds) await sleep(Number(seconds) * 1000);
    const server = servers.find(each => String(each.port) === port);
    const words = command?.trim().split(' ') ?? [];
    if (server) replies.push(await server.cli(...words.map(word => (word === "''" ? '' : word))));
  }
  return replies;
}
