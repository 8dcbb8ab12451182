import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { fill, type RedisServer } from '../../lab/index.js';
import { useStage } from '../support/stage.js';

const stage = useStage();

/** So many keys of 1000 bytes, each by a command of its own. */
async function write(server: RedisServer, keys: number): Promise<void> {
  const connection = await server.connect();
  await connection.pipeline(Array.from({ length: keys }, (_, n) => ['SET', `big:${n}`, 'x'.repeat(1000)]));
  connection.close();
}

/** Some 500 KB a second, until it is told to stop. */
function keepWriting(server: RedisServer): () => Promise<void> {
  let going = true;
  const ended = (async () => {
    for (; going; await sleep(100)) await write(server, 50);
  })();
  return () => {
    going = false;
    return ended;
  };
}

describe.concurrent('how fast a target is fed', () => {
  it('is shown, with why it never catches up: a limit below what the source writes, which setRate lifts', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 20_000 });
    const migration = await trial.start({
      method: 'live',
      rate: { maxKeysPerSecond: 2000 },
      cutover: { maxLagBytes: 200_000 },
    });
    const { progress } = await migration.until('the snapshot', ({ progress }) => progress.etaSeconds !== null);
    expect(progress).toMatchObject({ bytesDone: expect.any(Number), keysPerSecond: expect.any(Number) });
    expect(progress.stream).toMatchObject({ phase: 'snapshot', trouble: null });
    await migration.update('setRate', { maxKeysPerSecond: null });
    await migration.untilReady();
    const stop = keepWriting(trial.source);
    await migration.update('setRate', { maxBytesPerSecond: 50_000 });
    const { progress: slow, canCutOver } = await migration.until('that it never catches up', ({ progress }) =>
      /rate limit/.test(progress.stream?.trouble ?? ''),
    );
    expect(canCutOver).toBe(false);
    expect(slow.etaSeconds).toBeNull();
    expect(slow.lagMs).toBeGreaterThan(0);
    const { receivedBytesPerSecond = null, appliedBytesPerSecond = null, spoolBytes } = slow.stream ?? {};
    expect(receivedBytesPerSecond).toBeGreaterThanOrEqual(appliedBytesPerSecond ?? 0);
    expect(spoolBytes).toBeGreaterThan(0);
    await migration.update('setRate', { maxBytesPerSecond: null });
    const { progress: mended } = await migration.untilReady();
    expect(mended.stream?.trouble).toBeNull();
    await stop();
  });

  it('is as fast as it can be while writers wait for the rest of the stream, whatever the limit is', async context => {
    const trial = await stage.trial(context);
    const migration = await trial.start({ method: 'live', cutover: { maxLagBytes: 50_000_000 } });
    await migration.untilReady();
    await migration.update('setRate', { maxBytesPerSecond: 50_000 });
    await sleep(2500);
    await write(trial.source, 5000);
    await migration.update('cutover');
    const { cutover } = await migration.untilPhase('keeping-source');
    expect(cutover?.writePauseMs).toBeLessThan(1500);
    expect(await trial.target.cli('GET', 'big:4999')).toHaveLength(1000);
  });
});
