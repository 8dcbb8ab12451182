import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SourceDemoted } from '../../../src/live/receive/role.js';
import {
  allVersions,
  fill,
  makeCertificates,
  type RedisServer,
  replicate,
  startProxy,
  startRedis,
  untilInSync,
  waitFor,
} from '../../lab/index.js';
import { readAll } from '../../rdb/read-all.js';
import { describeEachVersion } from '../../support/each-version.js';
import { atEndOf, follow, snapshotOf, streamIn } from '../follow.js';
import { useSpools } from '../spool-support.js';

const { fresh, open } = useSpools();
const settings = { persistence: 'none', config: { 'repl-diskless-sync-delay': '0' } } as const;

describe('what the source sends', () => {
  let source: RedisServer;
  beforeAll(async () => {
    source = await startRedis(settings);
  });
  afterAll(() => source.discard());
  beforeEach(() => source.cli('FLUSHALL'));

  test.each(['yes', 'no'])('snapshot and stream, and the stream again after a break (diskless %s)', async diskless => {
    await source.cli('CONFIG', 'SET', 'repl-diskless-sync', diskless);
    await source.cli('SET', 'before', '1');
    const spool = await fresh();
    const first = follow(source, spool);
    await waitFor(() => spool.position, { what: 'the snapshot' });
    await source.cli('SET', 'during', '2');
    await atEndOf(source, spool);
    await first.stop();
    expect(readAll(await snapshotOf(spool)).keys.length).toBe(1);
    await source.cli('SET', 'after', '3');
    const second = follow(source, spool);
    await atEndOf(source, spool);
    await second.stop();
    expect([...first.outcomes, ...second.outcomes].map(({ kind, role }) => [kind, role])).toEqual([
      ['full', 'primary'],
      ['continue', 'primary'],
    ]);
    expect((await streamIn(spool)).match(/during|after/g)).toEqual(['during', 'after']);
  });

  test('goes on where another worker left it, after that one has died', async () => {
    await source.cli('SET', 'before', '1');
    const spool = await fresh();
    const first = follow(source, spool);
    await waitFor(() => spool.position, { what: 'the snapshot' });
    await first.stop();
    await spool.close();
    await source.cli('SET', 'after', '3');
    const again = await open(spool.dir);
    expect(readAll(await snapshotOf(again)).keys.length).toBe(1);
    const second = follow(source, again);
    await atEndOf(source, again);
    await second.stop();
    expect(second.outcomes[0]?.kind).toBe('continue');
  });

  test('the stream alone, from the place that a target is at, without a snapshot', async () => {
    const keeper = await fresh();
    const other = follow(source, keeper);
    await waitFor(() => keeper.position, { what: 'the backlog' });
    await other.stop();
    const spool = await fresh();
    const { master_replid, master_repl_offset } = await source.info('replication');
    await spool.begin({ replicationId: String(master_replid), offset: Number(master_repl_offset) });
    await source.cli('SET', 'after', '3');
    const link = follow(source, spool);
    await atEndOf(source, spool);
    await link.stop();
    expect([link.outcomes[0]?.kind, spool.snapshot]).toEqual(['continue', null]);
    expect(await streamIn(spool)).toContain('after');
  });

  test('a position that the source has lost is a snapshot again, and the caller may refuse it', async () => {
    const spool = await fresh();
    await spool.begin({ replicationId: 'f'.repeat(40), offset: 77 });
    const refusing = follow(source, spool, {
      onOutcome: ({ kind }) => {
        throw new Error(`not ${kind}`);
      },
    });
    expect(await refusing.ended).toEqual(new Error('not full'));
    expect(spool.position).toEqual({ replicationId: 'f'.repeat(40), offset: 77 });
    const link = follow(source, spool);
    await waitFor(() => spool.snapshot?.facts, { what: 'a snapshot' });
    await link.stop();
    expect(spool.replicationId).toBe((await source.info('replication')).master_replid);
  });
});

describe('acknowledgements', () => {
  let source: RedisServer;
  beforeEach(async () => {
    source = await startRedis(settings);
  });
  afterEach(() => source.discard());
  const acknowledged = async () => Number(/offset=(\d+)/.exec((await source.info('replication')).slave0 ?? '')?.[1]);

  test('are of what is durable', async () => {
    const spool = await fresh();
    const link = follow(source, spool, { ackEveryMs: 10 });
    await waitFor(() => spool.snapshot?.facts, { what: 'the snapshot' });
    await source.cli('SET', 'k', 'v');
    await atEndOf(source, spool);
    await waitFor(async () => (await acknowledged()) === spool.end, { what: 'the acknowledgement' });
    for (let n = 0; n < 30; n++) {
      await source.cli('SET', 'k', String(n));
      expect(await acknowledged()).toBeLessThanOrEqual(spool.durable);
    }
    await link.stop();
  });

  test('are never beyond what the caller holds for safe', async () => {
    const spool = await fresh();
    let safe = 0;
    const link = follow(source, spool, { ackEveryMs: 10, safe: () => safe });
    await waitFor(() => spool.snapshot?.facts, { what: 'the snapshot' });
    await source.cli('SET', 'k', 'v');
    await atEndOf(source, spool);
    safe = spool.start + 1;
    await waitFor(async () => (await acknowledged()) === safe, { what: 'the acknowledgement' });
    await spool.sync();
    expect(await acknowledged()).toBe(safe);
    await link.stop();
  });

  test('come at once when the source asks for one: WAIT returns', async () => {
    const spool = await fresh();
    const link = follow(source, spool, { ackEveryMs: 60_000 });
    await waitFor(() => spool.snapshot?.facts, { what: 'the snapshot' });
    const connection = await source.connect();
    await connection.send('SET', 'k', 'v');
    const begun = performance.now();
    expect(await connection.send('WAIT', 1, 20_000)).toBe(1);
    expect(performance.now() - begun).toBeLessThan(5000);
    expect(spool.durable).toBeGreaterThan(spool.start);
    connection.close();
    await link.stop();
  });
});

describe('a spool without room', () => {
  let source: RedisServer;
  beforeEach(async () => {
    source = await startRedis({ ...settings, config: { ...settings.config, 'repl-ping-replica-period': '1' } });
  });
  afterEach(() => source.discard());

  test('holds the source back, which keeps us as its replica; with room it goes on, and nothing is lost', async () => {
    const spool = await fresh({ maxBytes: 2_000_000, unwrittenBytes: 500_000, memoryBytes: 0, retryMs: 20 });
    const link = follow(source, spool, { silenceMs: 3000, ackEveryMs: 20 });
    await waitFor(() => spool.snapshot?.facts, { what: 'the snapshot' });
    await fill(source, { keys: 40_000, bytes: 400 });
    const connection = await source.connect();
    const value = Buffer.alloc(1000, 'v');
    for (let n = 0; n < 20; n++)
      await connection.pipeline(Array.from({ length: 1000 }, (_, i) => ['SET', `key:${n * 1000 + i}`, value]));
    await waitFor(() => spool.full?.why === 'limit', { what: 'the spool to be full' });
    const at = spool.end;
    // Longer than the silence that is allowed: it is we who don't listen.
    const since = Date.now();
    await waitFor(() => Date.now() - since > 3500, { what: 'some time' });
    expect(spool.end).toBe(at);
    const goal = Number((await source.info('replication')).master_repl_offset);
    const reader = spool.reader(spool.start);
    let sets = 0;
    while (reader.position < goal) {
      const chunk = await reader.next();
      sets += String(chunk?.bytes).split('\r\nSET\r\n').length - 1;
      await spool.trim(reader.position);
    }
    expect((await source.info('replication')).connected_slaves).toBe('1');
    // One that a stretch's end cuts in two isn't counted.
    expect(sets).toBeGreaterThan(19_000);
    connection.close();
    await link.stop();
    expect(link.outcomes.length).toBe(1);
  });
});

describe('a source that isn’t the one it was', () => {
  const servers: RedisServer[] = [];
  const started = async () => {
    const server = await startRedis({ ...settings, config: { ...settings.config, 'repl-timeout': '5' } });
    servers.push(server);
    return server;
  };
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.discard();
  });

  test('a replica that was promoted goes on under its own id', async () => {
    const [source, replica] = [await started(), await started()];
    await replicate({ from: source, to: replica });
    const spool = await fresh();
    const first = follow(source, spool);
    await waitFor(() => spool.snapshot?.facts, { what: 'the snapshot' });
    await source.cli('SET', 'before', '1');
    await waitFor(() => replica.cli('GET', 'before'), { what: 'the replica to have it' });
    await atEndOf(source, spool);
    const { position } = spool;
    await source.kill();
    expect(await first.ended).toMatchObject({ type: 'Unreachable' });
    await replica.cli('REPLICAOF', 'NO', 'ONE');
    await replica.cli('SET', 'after', '2');
    const second = follow(replica, spool);
    await atEndOf(replica, spool);
    await second.stop();
    expect(second.outcomes[0]?.kind).toBe('continue');
    expect(spool.replicationId).toBe((await replica.info('replication')).master_replid);
    expect(position && spool.holds(position)).toBe(true);
    expect((await streamIn(spool)).match(/before|after/g)).toEqual(['before', 'after']);
  });

  test('one that follows another server now says whom; nothing is asked of it', async () => {
    const [source, primary] = [await started(), await started()];
    await replicate({ from: primary, to: source });
    const spool = await fresh();
    const error = await follow(source, spool).ended;
    expect(error).toBeInstanceOf(SourceDemoted);
    expect(error).toMatchObject({ type: 'SourceChanged', primary: { host: primary.host, port: primary.port } });
    // Without a position nothing tells that its history is the right one.
    expect(await follow(source, spool, { replica: 'continue' }).ended).toBeInstanceOf(SourceDemoted);
    expect((await source.info('stats')).sync_full).toBe('0');
  });

  test('one that has taken over the history of another is refused, and the spool stays as it is', async () => {
    const [source, other] = [await started(), await started()];
    const spool = await fresh();
    const first = follow(source, spool);
    await waitFor(() => spool.snapshot?.facts, { what: 'the snapshot' });
    await source.cli('SET', 'before', '1');
    await atEndOf(source, spool);
    await other.cli('SET', 'of-another', '1');
    await replicate({ from: other, to: source });
    await first.ended;
    const { position } = spool;
    const error = await follow(source, spool, { replica: 'continue' }).ended;
    expect(error).toMatchObject({ type: 'SourceChanged', primary: { port: other.port } });
    expect(spool.position).toEqual(position);
  });

  test('one that begins to follow another is noticed by asking again', async () => {
    const [source, primary] = [await started(), await started()];
    await primary.cli('SET', 'of-the-primary', '1');
    const spool = await fresh();
    const first = follow(source, spool, { silenceMs: 3000 });
    await waitFor(() => spool.position, { what: 'the snapshot' });
    await replicate({ from: primary, to: source });
    expect(await first.ended).toMatchObject({ type: 'Unreachable' });
    const { position } = spool;
    expect(await follow(source, spool).ended).toMatchObject({ primary: { port: primary.port } });
    expect(spool.position).toEqual(position);
  });

  test('one that lost its primary may be asked again later', async () => {
    const source = await started();
    const spool = await fresh();
    const first = follow(source, spool);
    await waitFor(() => spool.snapshot?.facts, { what: 'the snapshot' });
    await first.stop();
    await source.cli('REPLICAOF', '127.0.0.1', '2');
    const error = await follow(source, spool, { replica: 'continue' }).ended;
    expect(error).toMatchObject({ type: 'Unreachable', message: expect.stringContaining('NOMASTERLINK') });
  });
});

describe('over TLS, with a user that may do this and nothing else', () => {
  test('the role is unknown', async () => {
    const certificates = await makeCertificates();
    const source = await startRedis({ ...settings, tls: certificates });
    await source.cli('ACL', 'SETUSER', 'follower', 'on', '>of-the-user', '+psync', '+replconf', '+ping');
    const spool = await fresh();
    const user = { username: 'follower', password: 'of-the-user', tls: { ca: certificates.ca } };
    const link = follow(source, spool, {}, user);
    await waitFor(() => spool.snapshot?.facts, { what: 'the snapshot' });
    await fill(source, { keys: 10 });
    await source.cli('SET', 'k', 'v');
    await atEndOf(source, spool);
    await link.stop();
    expect(link.outcomes[0]).toMatchObject({ kind: 'full', role: 'unknown' });
    await source.discard();
  });
});

describeEachVersion('a source', version => {
  test.each(['yes', 'no'])('sends snapshot and stream, and goes on (diskless %s)', async diskless => {
    const config = { ...settings.config, 'repl-diskless-sync': diskless };
    const source = await startRedis({ persistence: 'none', config, version });
    await fill(source, { keys: 5000 });
    const spool = await fresh();
    const first = follow(source, spool);
    await waitFor(() => spool.snapshot?.facts, { what: 'the snapshot' });
    await source.cli('SET', 'during', '2');
    await atEndOf(source, spool);
    await first.stop();
    await source.cli('SET', 'after', '3');
    const second = follow(source, spool);
    await atEndOf(source, spool);
    await second.stop();
    expect(readAll(await snapshotOf(spool)).keys.length).toBe(5000);
    expect([first.outcomes[0]?.kind, second.outcomes[0]?.kind]).toEqual(['full', 'continue']);
    expect((await streamIn(spool)).match(/during|after/g)).toEqual(['during', 'after']);
    await source.discard();
  });
});

const withFailover = allVersions.filter(version => version !== '6.0');

describeEachVersion(
  'a source that was demoted by a failover',
  version => {
    test('goes on with what its new primary takes, and is followed back', async () => {
      const [source, other] = await Promise.all([
        startRedis({ ...settings, version }),
        startRedis({ ...settings, version }),
      ]);
      await replicate({ from: source, to: other });
      const spool = await fresh();
      const first = follow(source, spool, { replica: 'continue' });
      await waitFor(() => spool.snapshot?.facts, { what: 'the snapshot' });
      await source.cli('SET', 'before', '1');
      await atEndOf(source, spool);
      let link = first;
      for (const [from, to] of [
        [source, other],
        [other, source],
      ] as const) {
        await from.cli('FAILOVER', 'TO', to.host, String(to.port));
        await untilInSync({ to: from });
        await to.cli('SET', 'after', to.address);
        expect(await link.ended).toMatchObject({ type: 'Unreachable' });
        link = follow(source, spool, { replica: 'continue' });
        await atEndOf(to, spool);
        expect(link.outcomes[0]?.kind).toBe('continue');
      }
      await link.stop();
      expect((await streamIn(spool)).match(/before|after/g)).toEqual(['before', 'after', 'after']);
      await Promise.all([source.discard(), other.discard()]);
    });
  },
  withFailover,
);

test('a link that stalls is given up', async () => {
  const source = await startRedis(settings);
  const proxy = await startProxy({ to: source });
  const spool = await fresh();
  const link = follow(proxy, spool, { silenceMs: 1500, ackEveryMs: 20 });
  await waitFor(() => spool.snapshot?.facts, { what: 'the snapshot' });
  proxy.stall();
  expect(await link.ended).toMatchObject({ type: 'Unreachable', message: /no answer within 1500 ms/ });
  await proxy.close();
  await source.discard();
});
