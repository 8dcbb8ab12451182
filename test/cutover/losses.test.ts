import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, expect, test } from 'vitest';
import { waitFor } from '../lab/index.js';
import { Pair } from './support/switching.js';

let pair: Pair;
beforeEach(async () => {
  pair = await Pair.start();
});

const valuesOn = (side: 'source' | 'target') => pair[side].cli('LRANGE', 'written', '0', '-1');
const offsetOf = async () => Number((await pair.source.info('replication')).master_repl_offset);
const consent = async () => ({ acceptLossBytes: 100, lastPrimaryOffset: await offsetOf() });

test('a source that is gone: nothing without consent, then all that had arrived', async () => {
  const limits = await consent();
  const written = await valuesOn('source');
  await pair.source.kill();
  const { end } = await pair.attempt({ limits: { ...limits, acceptLossBytes: null } });
  expect(end).toMatchObject({ end: 'unfinished', type: 'SourceLost' });

  const tooMuch = { ...limits, lastPrimaryOffset: limits.lastPrimaryOffset + 101 };
  expect((await pair.attempt({ limits: tooMuch })).end).toMatchObject({ end: 'unfinished', type: 'SourceLost' });
  expect((await pair.target.info('replication')).role).toBe('slave');

  const { end: last, acts } = await pair.attempt({ limits });
  expect(last).toEqual({ end: 'switched', wayBack: false });
  expect(acts.map(({ act }) => act)).toEqual(['promote', 'record-standby', 'switch-hook']);
  expect(await valuesOn('target')).toBe(written);

  // It comes back, with its file's role of before: it is parked at once, since both would take writes.
  await pair.source.restart();
  expect((await pair.attempt()).acts.map(({ act }) => act)).toContain('park');
  const { source, target } = await pair.look();
  expect([source.writable, target.writable]).toEqual([false, true]);
});

test('a source that was killed while parked, and restarted with older data, is not let go', async () => {
  // The snapshot of the first sync may still be under way.
  await waitFor(() => pair.source.cli('SAVE'), { what: 'a save' });
  await pair.write(20);
  const written = await valuesOn('source');
  await waitFor(() => valuesOn('target'), { what: 'the target', until: seen => seen === written });
  await pair.dieAfter('park');
  const limits = await consent();
  await pair.source.restart({ graceful: false });
  expect(await valuesOn('source')).not.toBe(written);

  const { end, acts, primaryOut } = await pair.attempt();
  expect(end).toMatchObject({ end: 'unfinished', type: 'SourceLost' });
  expect([acts, primaryOut]).toEqual([[], 'came-back']);
  expect((await pair.look()).source).toMatchObject({ role: 'master', writable: false });
  expect(await valuesOn('target')).toBe(written);

  expect((await pair.attempt({ limits })).end).toMatchObject({ end: 'switched' });
  expect(await valuesOn('target')).toBe(written);
});

test('the same, given up: it is taken as it came back, and the target keeps its copy', async () => {
  const written = await valuesOn('target');
  await pair.dieAfter('park');
  await pair.source.restart({ graceful: false, wipe: true });
  expect((await pair.attempt({ goal: 'withdraw' })).end).toEqual({ end: 'withdrawn' });
  expect((await pair.look()).source).toMatchObject({ role: 'master', writable: true, minReplicas: '0' });
  expect(pair.file('source')).toMatchObject({ follows: null, minReplicas: '0' });
  expect(await valuesOn('target')).toBe(written);
});

test('one that restarted with all of it is matched again, and the cutover goes on', async () => {
  const written = await valuesOn('source');
  await pair.dieAfter('park');
  await pair.source.restart();
  expect((await pair.attempt()).end).toMatchObject({ end: 'switched' });
  expect(await valuesOn('target')).toBe(written);
  expect((await pair.look()).source.writable).toBe(false);
});

test('a target that dies: the attempt that knew it un-parks, one that did not leaves it parked', async () => {
  const { end, acts } = await pair.attempt(
    {},
    { onAct: async ({ act }) => void (act === 'park' && (await pair.target.kill())) },
  );
  expect(acts.map(({ act }) => act)).toEqual(['guard', 'brace', 'fence', 'park', 'unpark', 'unfence']);
  expect(end).toMatchObject({ end: 'refused', type: 'TargetLost' });

  await pair.target.restart();
  await pair.renew();
  await pair.dieAfter('park');
  await pair.target.kill();
  for (const goal of ['switch', 'withdraw'] as const) {
    expect((await pair.attempt({ goal })).end).toMatchObject({ end: 'unfinished', type: 'TargetLost' });
  }
  const forced = await pair.attempt({ goal: 'withdraw', limits: { force: true } });
  expect(forced.end).toEqual({ end: 'withdrawn' });
  await pair.source.cli('SET', 'written-again', '1');
});

test('the operator can not force a source that others made their replica', async () => {
  await pair.target.kill();
  await pair.source.cli('REPLICAOF', '127.0.0.1', '2');
  const { end, acts } = await pair.attempt({ goal: 'withdraw', limits: { force: true } });
  expect(end).toMatchObject({ end: 'unfinished', type: 'TargetChanged' });
  expect(acts).toEqual([]);
});

test('a target that hangs: writers go on, nothing else changes', async () => {
  const hang = () => pair.target.pauseProcess();
  const { end, acts } = await pair.attempt({}, { onAct: ({ act }) => (act === 'fence' ? hang() : undefined) });
  pair.target.resumeProcess();
  expect(acts.map(({ act }) => act)).toEqual(['guard', 'brace', 'fence', 'unfence']);
  expect(end).toMatchObject({ end: 'refused', type: 'TargetLost' });
  expect((await pair.look()).source).toMatchObject({ role: 'master', writable: true, pingPeriod: '10' });
});

const middle = ['brace', 'fence', 'park', 'promote', 'release'] as const;

test.each(middle)('a source that restarts after %s takes no writes, until it is judged', async act => {
  await pair.dieAfter(act);
  await pair.source.restart({ graceful: false });
  expect((await pair.look()).source).toMatchObject({ role: 'master', writable: false });
  const { end } = await pair.attempt({ limits: { ...(await consent()), acceptLossBytes: 0 } });
  expect(end).toMatchObject({ end: 'switched' });
  const { source, target } = await pair.look();
  expect([source.writable, target.writable]).toEqual([false, true]);
  await pair.source.restart({ graceful: false });
  expect((await pair.look()).source).toMatchObject({ role: 'slave', writable: false });
});

test('a target that restarts before its promotion takes no writes', async () => {
  const braced = await Pair.start({ targetBraced: true });
  await braced.target.restart({ graceful: false });
  expect((await braced.look()).target).toMatchObject({ role: 'master', writable: false });
});

test('a target that restarts between its promotion and its record takes no writes until the next attempt', async () => {
  const braced = await Pair.start({ targetBraced: true });
  await braced.dieAfter('promote');
  await braced.target.restart();
  expect((await braced.look()).target).toMatchObject({ role: 'slave', writable: false });
  const { end, acts } = await braced.attempt();
  expect(end).toMatchObject({ end: 'switched' });
  expect(acts.map(({ act }) => act)).toContain('promote');
  expect((await braced.look()).target).toMatchObject({ role: 'master', writable: true, minReplicas: '0' });
  await braced.target.restart();
  expect((await braced.look()).target).toMatchObject({ role: 'master', writable: true });
});

test('a standby that is guarded does not follow what its primary comes back as', async () => {
  const written = await valuesOn('target');
  await pair.dieAfter('guard');
  await pair.source.restart({ graceful: false, wipe: true });
  await pair.source.cli('SET', 'something', 'else');
  await delay(2500);
  expect(await valuesOn('target')).toBe(written);
  expect((await pair.target.info('replication')).master_link_status).toBe('down');
});
