import { describe, expect, it } from 'vitest';
import type { LinkReport } from '../../src/contract/link.js';
import { Outage, patienceMs } from '../../workflows/outage.js';

const report = (state: LinkReport['state']) => ({ state }) as LinkReport;

describe('a server that can not be reached', () => {
  it('is noted at once, and shown to the operator when it lasts', () => {
    const outage = new Outage('forward');
    expect(outage.see(report('in-sync'), 0)).toEqual({ began: null, lasting: null });
    expect(outage.see(report('standby-lost'), 1000)).toEqual({ began: "The target can't be reached.", lasting: null });
    expect(outage.see(report('standby-lost'), 999 + patienceMs)).toEqual({ began: null, lasting: null });
    expect(outage.see(report('standby-lost'), 1000 + patienceMs).lasting).toMatchObject({ type: 'TargetLost' });
  });

  it('that came back is waited for anew the next time', () => {
    const outage = new Outage('forward');
    outage.see(report('primary-lost'), 0);
    outage.see(report('in-sync'), patienceMs / 2);
    expect(outage.see(report('primary-lost'), patienceMs).lasting).toBeNull();
    expect(outage.see(report('primary-lost'), 2 * patienceMs).lasting).toMatchObject({ type: 'SourceLost' });
  });

  it('is called by its own name on the way back too', () => {
    const [primary, standby] = [new Outage('back'), new Outage('back')];
    expect(primary.see(report('primary-lost'), 0).began).toContain('target');
    expect(standby.see(report('standby-lost'), 0).began).toContain('source');
  });
});

describe('a link that is down', () => {
  it('is no news, as every link is so at first, but shown when it lasts', () => {
    const outage = new Outage('forward');
    expect(outage.see(report('link-down'), 0)).toEqual({ began: null, lasting: null });
    expect(outage.see(report('link-down'), patienceMs).lasting).toMatchObject({ type: 'ReplicationStalled' });
  });

  it('is judged by status.rollback after the promotion', () => {
    const outage = new Outage('back');
    outage.see(report('link-down'), 0);
    expect(outage.see(report('link-down'), patienceMs).lasting).toBeNull();
  });
});

it('a slice ends in time for what lasts to be shown', () => {
  const outage = new Outage('forward');
  expect(outage.within(30_000, 0)).toBe(30_000);
  outage.see(report('standby-lost'), 1000);
  expect(outage.within(30_000, 21_000)).toBe(10_000);
  expect(outage.within(2000, 21_000)).toBe(2000);
  expect(outage.within(2000, 2 * patienceMs)).toBe(2000);
});
