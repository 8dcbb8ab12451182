import { describe, expect, test } from 'vitest';
import { type GuardView, guard, type Watched } from '../../src/replication/guard.js';
import { parkingAddress } from '../../src/replication/state.js';

const server: Watched = {
  ...{ runId: 'run', role: 'master', master: null, linkUp: false, syncInProgress: false },
  ...{
    replid: 'A',
    replid2: '0',
    secondOffset: -1,
    offset: 1000,
    backlogFirstOffset: 1,
    backlogSize: 500,
    replicas: 1,
  },
  ...{ keys: 100, loading: false, promoted: false, refuses: false, shutOut: false },
};
const master = (more: Partial<Watched> = {}): Watched => ({ ...server, ...more });
const follower = (more: Partial<Watched> = {}): Watched => ({
  ...server,
  ...{ runId: 'standby', role: 'replica', master: { host: 'primary', port: 1 }, linkUp: true, shutOut: true },
  ...more,
});
const held = (more: Partial<Watched> = {}) => follower({ master: parkingAddress, linkUp: false, ...more });
const down = (more: Partial<Watched> = {}) => follower({ linkUp: false, ...more });

/** Another process, under another id. */
const restarted = { runId: 'another', replid: 'B', offset: 0, backlogFirstOffset: 0, backlogSize: 0 } as const;
const known = { primary: { runId: 'run', keys: 100 }, standby: { runId: 'standby', keys: 100 } };

const judged = (view: Partial<GuardView>): string => {
  const { act, finding } = guard({
    ...{ direction: 'forward' as const, known, primary: master(), standby: follower(), followsPrimary: true },
    ...view,
  });
  return finding ? `${act} ${finding.type}` : act;
};

describe('the target, which follows the source', () => {
  test.each<[string, Partial<GuardView>, string]>([
    ['linked, and shut out', {}, 'none'],
    ['linked', { standby: follower({ shutOut: false }) }, 'shut-out'],
    ['linked to another', { followsPrimary: false }, 'none TargetChanged'],
    ['in its full sync', { standby: down({ shutOut: false, syncInProgress: true }) }, 'none'],
    ['on its way to the same process', { standby: down({ shutOut: false }) }, 'none'],
    ['cut off from the same process', { standby: down() }, 'relink'],
    ['cut off from one that restarted with all', { primary: master(restarted), standby: down() }, 'relink'],
    ['held, the source is back', { standby: held() }, 'relink'],
    ['cut off, the source is gone', { primary: null, standby: down() }, 'hold'],
    ['cut off, the source loads', { primary: master({ loading: true }), standby: down() }, 'hold'],
    ['held, the source is gone', { primary: null, standby: held() }, 'none'],
    [
      'cut off from one that came back with little',
      { primary: master({ ...restarted, keys: 3 }), standby: down() },
      'hold SourceCameBackEmpty',
    ],
    [
      'cut off from one that came back refusing writes',
      { primary: master({ ...restarted, refuses: true }), standby: down() },
      'none SourceLost',
    ],
    ['restarted as a master', { standby: master({ runId: 'new' }) }, 'relink'],
    ['made a master by somebody', { standby: master({ runId: 'standby' }) }, 'none TargetChanged'],
    ['promoted', { standby: master({ promoted: true }) }, 'none WrongDirection'],
    ['of a source that follows another', { primary: follower() }, 'none SourceChanged'],
  ])('%s', (_name, view, expected) => {
    expect(judged(view)).toBe(expected);
  });
});

describe('the old source, which follows the promoted target', () => {
  test.each<[string, Partial<GuardView>, string]>([
    ['linked, and shut out', {}, 'none'],
    ['linked', { standby: follower({ shutOut: false }) }, 'shut-out'],
    ['cut off, and may continue', { standby: down() }, 'relink'],
    ['cut off, and soon can not continue', { standby: down({ offset: 700 }) }, 'hold'],
    ['cut off, and what it needs is gone', { primary: master({ backlogFirstOffset: 1100 }), standby: down() }, 'hold'],
    ['cut off from one that restarted', { primary: master(restarted), standby: down() }, 'hold'],
    ['in a full sync that nobody wanted', { standby: down({ syncInProgress: true }) }, 'hold'],
    ['held, and may continue', { standby: held() }, 'relink'],
    ['held, and can not continue', { primary: master(restarted), standby: held() }, 'none'],
    ['back as a master', { standby: master({ runId: 'new' }) }, 'hold'],
  ])('%s', (_name, view, expected) => {
    expect(judged({ direction: 'reverse', ...view })).toBe(expected);
  });
});
