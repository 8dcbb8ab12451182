import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connections } from '../../src/cutover/epoch/connections.js';
import { epochKey } from '../../src/cutover/epoch/key.js';
import { clearEpochs, type Held, hasEpochs, holdServer, isFencedOff, releaseServer } from '../../src/cutover/epoch.js';
import { connect, type Server } from '../../src/server/connect.js';
import { type RedisServer, startProxy, startRedis, waitFor } from '../lab/index.js';
import { closeLater } from '../preflight/support.js';
import { forms } from './support/switching.js';

let epoch = 1_700_000_000_000;

/** Without CONFIG, as managed services are: only ever a target, which nobody pauses or parks. */
const managed = {
  form: 'key' as const,
  login: { side: 'target' as const },
  servers: { config: { 'rename-command': 'CONFIG ""\nrename-command ACL ""' } },
};

describe.each([...forms, managed])('epochs by $form', ({ form, login, servers }) => {
  let server: RedisServer;
  let look: Server;
  const steered = form !== 'key';
  const endpoint = () => ({ side: 'source' as const, host: server.host, port: server.port, ...login });
  const hold = (scheduledAt = ++epoch, more = {}): Promise<Held> =>
    holdServer({ ...endpoint(), ...more }, { scheduledAt, attempt: 1 }, 1500);
  const isCut = ({ critical }: Held) => waitFor(() => !critical.isOpen, { what: 'it to be cut' });
  const traces = async () =>
    steered
      ? [await server.cli('ACL', 'USERS'), await server.cli('CONFIG', 'GET', 'cluster-announce-ip')].join()
      : server.cli('GET', epochKey);

  beforeAll(async () => {
    server = await startRedis(servers);
    closeLater(() => server.discard());
    look = await connect(endpoint());
    closeLater(() => look.close());
  });
  beforeEach(async () => {
    await server.cli('CLIENT', 'UNPAUSE');
    await server.cli('REPLICAOF', 'NO', 'ONE');
  });

  test('the form is chosen by what the user may do', async () => {
    const held = await hold();
    expect(held.form.kind).toBe(form);
    await clearEpochs(held);
    releaseServer(held);
  });

  test.each(steered ? ['running', 'paused', 'parked'] : ['running'])(
    'a later one cuts an earlier one on a server that is %s',
    async how => {
      const earlier = await hold();
      if (how === 'paused') await server.cli('CLIENT', 'PAUSE', '3000', 'WRITE');
      if (how === 'parked') await server.cli('REPLICAOF', '127.0.0.1', '1');
      const later = await hold();
      await isCut(earlier);
      expect(await isFencedOff(earlier)).toBe(true);
      expect(later.critical.isOpen).toBe(true);
      expect(await isFencedOff(later)).toBe(false);
      for (const held of [earlier, later]) releaseServer(held);
    },
  );

  test.runIf(steered)('a write of an earlier one that waits for the end of the pause is dropped', async () => {
    const earlier = await hold();
    await server.cli('CLIENT', 'PAUSE', '3000', 'WRITE');
    const write = earlier.critical.call('SET', '__redis-migration:late', '1').catch(error => error);
    const later = await hold();
    await server.cli('CLIENT', 'UNPAUSE');
    expect(await write).toBeInstanceOf(Error);
    expect(await server.cli('EXISTS', '__redis-migration:late')).toBe('0');
    for (const held of [earlier, later]) releaseServer(held);
  });

  test('an act of an earlier one that is still on its way comes to nothing, though it arrives', async () => {
    const proxy = await startProxy({ to: server });
    closeLater(() => proxy.close());
    const earlier = await hold(++epoch, { host: proxy.host, port: proxy.port });
    proxy.stall();
    const act = earlier.critical.transaction([['REPLICAOF', '127.0.0.1', '1']]).catch(error => error);
    const later = await hold();
    proxy.resume();
    expect(await act).toBeInstanceOf(Error);
    await isCut(earlier);
    expect(await server.info('replication')).toMatchObject({ role: 'master' });
    for (const held of [earlier, later]) releaseServer(held);
  });

  test('one that begins late stops: while the later one works, after its end, and after its death', async () => {
    const [first, second] = [++epoch, ++epoch];
    const later = await hold(second);
    await expect(hold(first)).rejects.toMatchObject({ type: 'Superseded' });
    releaseServer(later);
    await waitFor(async () => !(await server.cli('CLIENT', 'LIST')).includes('migration-0'), { what: 'its end' });
    await expect(hold(first)).rejects.toMatchObject({ type: 'Superseded' });
    expect(await hasEpochs(look)).toBe(true);
  });

  test.runIf(steered)('its name is still there after a restart, once the configuration was written', async () => {
    const later = await hold();
    await later.critical.call('CONFIG', 'REWRITE');
    releaseServer(later);
    await server.restart();
    await expect(hold(epoch - 1)).rejects.toMatchObject({ type: 'Superseded' });
    look = await connect(endpoint());
    closeLater(() => look.close());
  });

  test('of ten that come at once, in any order, the latest has it, and it alone', async () => {
    const first = epoch + 1;
    epoch += 10;
    const order = Array.from({ length: 10 }, (_, index) => first + ((index * 7) % 10));
    const outcomes = await Promise.allSettled(order.map(at => hold(at)));
    const helds = outcomes.flatMap(outcome => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const open = () => helds.filter(({ critical }) => critical.isOpen);
    await waitFor(() => open().length === 1, { what: 'one to be left' });
    expect(open()[0]?.name).toContain(String(epoch));
    for (const held of helds) releaseServer(held);
  });

  test('one that was stopped anywhere while it took the server never has it', async () => {
    const proxy = await startProxy({ to: server });
    closeLater(() => proxy.close());
    const through = { host: proxy.host, port: proxy.port };
    for (const bytes of [0, 100, 300, 600, 900, 1200, 1500]) {
      const at = ++epoch;
      proxy.forwarded = 0;
      const stopper = setInterval(() => proxy.forwarded >= bytes && proxy.stall(), 0);
      const stopped = hold(at, through).catch(error => error);
      await waitFor(() => proxy.forwarded >= bytes, { what: 'it to come so far', everyMs: 1 });
      proxy.stall();
      clearInterval(stopper);
      const later = await hold();
      proxy.resume();
      const outcome = await stopped;
      if ('critical' in outcome) await isCut(outcome);
      expect(later.critical.isOpen).toBe(true);
      expect(await isFencedOff(later)).toBe(false);
      for (const held of [outcome, later]) if ('critical' in held) releaseServer(held);
    }
  });

  test('the clean-up leaves nothing, and takes nothing of a later one', async () => {
    const earlier = await hold();
    const later = await hold();
    await clearEpochs(earlier).catch(() => undefined);
    expect(await hasEpochs(look)).toBe(true);
    await clearEpochs(later);
    expect(await hasEpochs(look)).toBe(false);
    expect(await traces()).not.toContain('migration-');
    for (const held of [earlier, later]) releaseServer(held);
  });
});

describe('rights that change during a migration', () => {
  let server: RedisServer;
  const as = (login = {}) => ({ side: 'source' as const, host: server.host, port: server.port, ...login });
  const hold = (login = {}) => holdServer(as(login), { scheduledAt: ++epoch, attempt: 1 }, 1500);
  const without = { username: 'migrator', password: 'secret' };
  beforeEach(async () => {
    server = await startRedis({ users: ['migrator on >secret ~* &* +@all -acl'] });
    closeLater(() => server.discard());
  });

  test('granted: the form of its earlier attempts stays', async () => {
    const first = await hold(without);
    const second = await hold();
    expect(second.form.kind).toBe('connections');
    await waitFor(() => !first.critical.isOpen, { what: 'the first to be cut' });
    for (const held of [first, second]) releaseServer(held);
  });

  test('taken away: the acting connection of a user is cut by its name', async () => {
    const first = await hold();
    const second = await hold(without);
    expect([first.form.kind, second.form.kind]).toEqual(['users', 'connections']);
    await waitFor(() => !first.critical.isOpen, { what: 'the first to be cut' });
    for (const held of [first, second]) releaseServer(held);
  });

  test('without them, and the place of the mark taken: it is refused, and nothing is changed', async () => {
    await server.cli('CONFIG', 'SET', 'cluster-announce-ip', '10.0.0.1');
    await expect(hold(without)).rejects.toMatchObject({ type: 'PermissionMissing' });
    expect(await server.cli(...connections.ask)).toContain('10.0.0.1');
  });

  test('a user of an epoch may not touch the data', async () => {
    const { critical, ...held } = await hold();
    for (const command of ['GET', 'DEL']) {
      await expect(critical.call(command, 'theirs')).rejects.toMatchObject({ type: 'PermissionMissing' });
    }
    await expect(critical.call('FLUSHALL')).rejects.toMatchObject({ type: 'PermissionMissing' });
    releaseServer({ critical, admin: held.admin });
  });
});
