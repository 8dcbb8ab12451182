import { describe, expect, it } from 'vitest';
import { type MessageName, messageDescriptions } from '../../src/contract/messages.js';
import { contents, fill, waitFor } from '../lab/index.js';
import type { Migration } from './support/migration.js';
import { roleOf } from './support/snapshot.js';
import { useStage } from './support/stage.js';

const stage = useStage();
const names = Object.keys(messageDescriptions) as MessageName[];

/** A signal has no answer: its effect, or the note that it was dropped, is what can be seen. */
const untilDropped = (migration: Migration, name: MessageName) =>
  migration.until(`the dropped ${name} to be noted`, ({ notes }) =>
    notes.some(note => note.includes(`The signal ${name} was dropped`)),
  );

describe.concurrent('before the cutover', () => {
  it('what does not apply is refused as an update, with the reason, and dropped as a signal, with a note', async context => {
    const trial = await stage.trial(context);
    const migration = await trial.start();
    await migration.untilReady();
    const refusals: Array<[MessageName, RegExp]> = [
      ['resume', /not paused/],
      ['retry', /Nothing waits/],
      ['rollback', /not promoted/],
      ['complete', /not promoted/],
    ];
    for (const [name, reason] of refusals) {
      expect(await migration.refusal(name)).toMatch(reason);
      await migration.signal(name);
      const { notes } = await untilDropped(migration, name);
      expect(notes.join('\n')).toMatch(reason);
    }
    const { canCutOver, phase } = await migration.status();
    expect([canCutOver, phase]).toEqual([true, 'ready-for-cutover']);
  });

  it('malformed arguments are refused with what was expected, and change nothing', async context => {
    const trial = await stage.trial(context);
    const migration = await trial.start();
    await migration.untilReady();
    const malformed: Array<[MessageName, unknown, RegExp]> = [
      ['cutover', { acceptLossBytes: -1 }, /acceptLossBytes/],
      ['cutover', { acceptLossBites: 1 }, /acceptLossBites.*acceptLossBytes/s],
      ['cutover', 'now', /expected an object/],
      ['pause', { for: '5m' }, /unknown field/],
      ['abort', { reason: 7 }, /reason/],
      ['setRate', { maxKeysPerSecond: 'fast' }, /maxKeysPerSecond/],
    ];
    for (const [name, argument, expected] of malformed) {
      expect(await migration.refusal(name, argument)).toMatch(expected);
      await migration.signal(name, argument);
      await untilDropped(migration, name);
    }
    const { canCutOver, phase } = await migration.status();
    expect([canCutOver, phase]).toEqual([true, 'ready-for-cutover']);
  });

  it('a cutover sent early is kept, shown and obeyed later', async context => {
    const trial = await stage.trial(context);
    const migration = await trial.start();
    await migration.signal('cutover');
    const { notes } = await migration.until('the consent to be noted', status => status.notes.length > 0);
    expect(notes.join(' ')).toContain('Consent to the cutover');
    await migration.untilPhase('observing');
    expect(await migration.refusal('cutover')).toContain('promoted already');
  });

  it('a cutover sent early is dropped by abort', async context => {
    const trial = await stage.trial(context);
    await fill(trial.source, { keys: 20_000 });
    const migration = await trial.start({ rate: { maxKeysPerSecond: 100 } });
    await migration.untilPhase('verifying');
    expect(await migration.update('cutover')).toContain('as soon as the checklist allows');
    await migration.update('abort');
    expect((await migration.result()).outcome).toBe('aborted');
    expect(await roleOf(trial.source)).toBe('master');
  });

  it('pause holds the target, resume lets it catch up by a partial resync', async context => {
    const trial = await stage.trial(context);
    const { source, target } = trial;
    await fill(source, { keys: 1000 });
    const migration = await trial.start();
    await migration.untilReady();
    expect(await migration.update('pause')).toBe('pausing');
    expect(await migration.control()).toMatchObject({ paused: true });
    await waitFor(() => target.info('replication'), {
      what: 'the target to be held',
      until: ({ master_port: port }) => port === '1',
    });
    expect((await migration.untilPhase('paused')).canCutOver).toBe(false);
    expect(await migration.refusal('pause')).toMatch(/paused already/);
    await source.cli('SET', 'written-while-paused', '1');
    expect(await target.cli('DBSIZE')).toBe('1001');
    const { sync_full: fullSyncs } = await source.info('stats');

    await migration.signal('resume');
    await migration.untilReady();
    await waitFor(() => target.cli('GET', 'written-while-paused'), {
      what: 'the write',
      until: value => value === '1',
    });
    expect((await source.info('stats')).sync_full).toBe(fullSyncs);
    expect(await contents(target)).toEqual(await contents(source));
  });

  it('pause and resume at once, again and again, leave a migration that goes on', async context => {
    const trial = await stage.trial(context);
    const migration = await trial.start();
    await migration.untilReady();
    for (let round = 0; round < 5; round++) await Promise.all([migration.signal('pause'), migration.signal('resume')]);
    await migration.signal('resume');
    await migration.cutOver();
  });

  it('setRate changes what the control query answers, field by field', async context => {
    const trial = await stage.trial(context);
    const migration = await trial.start({ rate: { maxKeysPerSecond: 500 } });
    await migration.untilReady();
    expect(await migration.control()).toEqual({ paused: false, maxKeysPerSecond: 500, maxBytesPerSecond: null });
    expect(await migration.update('setRate', { maxBytesPerSecond: '5MB' })).toBe('set');
    await migration.signal('setRate', { maxKeysPerSecond: null });
    await waitFor(() => migration.control(), { what: 'no limit of keys', until: it => it.maxKeysPerSecond === null });
    expect(await migration.control()).toMatchObject({ maxBytesPerSecond: 5_000_000 });
  });
});

describe.concurrent('retry', () => {
  it('goes on with a failed check that its patch accepts', async context => {
    const trial = await stage.trial(context);
    await trial.source.cli('ACL', 'SETUSER', 'shop', 'on', '>of-the-shop', '~*', '+@all');
    const migration = await trial.start();
    const { blockers } = await migration.untilPhase('waiting-for-operator');
    expect(blockers).toMatchObject([{ step: 'authentication', type: 'PreflightFailed' }]);
    expect(blockers[0]?.message).toMatch(/^application-users: .*shop/);
    expect(await migration.refusal('retry', { patch: { accept: ['no-such-check'] } })).toMatch(/no-such-check/);
    expect(await migration.refusal('retry', { patch: { source: { url: 'redis://127.0.0.1:1' } } })).toMatch(
      /another server/,
    );
    expect(await migration.refusal('retry', { patch: { dryRun: true } })).toMatch(/dryRun/);
    expect(await migration.update('retry', { patch: { accept: ['application-users'] } })).toBe('trying again');
    const { checklist } = await migration.untilReady();
    expect(checklist.find(({ step }) => step === 'authentication')).toMatchObject({ state: 'warning', attempts: 2 });
  });

  it('as a signal with a patch that helps not at all leaves the blocker where it is', async context => {
    const trial = await stage.trial(context);
    await trial.target.cli('SET', 'mine', '1');
    const migration = await trial.start();
    await migration.untilBlocked('TargetNotEmpty');
    await migration.signal('retry', { patch: { target: { password: 'clear' } } });
    await untilDropped(migration, 'retry');
    await migration.signal('retry', { patch: { observe: { duration: '2s' } } });
    const again = await migration.until(
      'a second attempt',
      ({ checklist, blockers }) =>
        checklist.some(({ step, attempts }) => step === 'compatibility' && attempts > 1) && blockers.length > 0,
    );
    expect(again.phase).toBe('waiting-for-operator');
    expect(await trial.target.cli('GET', 'mine')).toBe('1');
    await migration.signal('retry', { patch: { target: { ifNotEmpty: 'wipe' } } });
    await migration.untilReady();
  });
});

describe.concurrent('after the promotion', () => {
  it('abort, pause and cutover are refused; rollback and complete apply once', async context => {
    const trial = await stage.trial(context);
    const migration = await trial.start();
    const { nextSteps } = await migration.cutOver();
    expect(nextSteps.map(({ message }) => message)).toEqual(['complete', 'rollback']);
    expect(await migration.refusal('abort')).toMatch(/rollback instead/);
    expect(await migration.refusal('pause')).toMatch(/No data is being moved/);
    expect(await migration.refusal('cutover')).toMatch(/promoted already/);
    await migration.signal('abort');
    await untilDropped(migration, 'abort');
    await migration.signal('complete');
    expect((await migration.result()).outcome).toBe('completed');
    expect((await migration.status()).phase).toBe('completed');
    expect(await migration.report()).toContain('complete');
  });

  it('a rollback as a signal goes back', async context => {
    const trial = await stage.trial(context);
    const migration = await trial.start();
    await migration.cutOver();
    await migration.signal('rollback', { reason: 'not today' });
    const { outcome, status } = await migration.result();
    expect(outcome).toBe('rolled-back');
    expect(status.nextSteps.map(({ message }) => message)).toEqual(['report']);
  });
});

describe.concurrent("Temporal's own view", () => {
  it('lists every message and query with its description', async context => {
    const trial = await stage.trial(context);
    const migration = await trial.start();
    const { definition } = await migration.handle.query<Metadata>('__temporal_workflow_metadata');
    for (const kind of ['signalDefinitions', 'updateDefinitions'] as const) {
      const listed = Object.fromEntries((definition[kind] ?? []).map(({ name, description }) => [name, description]));
      expect(listed).toEqual(messageDescriptions);
    }
    const queries = (definition.queryDefinitions ?? []).filter(({ name }) => !name.startsWith('__'));
    expect(queries.map(({ name }) => name).sort()).toEqual(['control', 'report', 'status']);
    expect(queries.every(({ description }) => (description ?? '').length > 10)).toBe(true);
    expect(names.length).toBe(8);
  });
});

interface Definition {
  name: string;
  description?: string;
}
interface Metadata {
  definition: Partial<Record<'signalDefinitions' | 'updateDefinitions' | 'queryDefinitions', Definition[]>>;
}
