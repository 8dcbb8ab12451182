import { describe, expect, it } from 'vitest';
import type { Blocker, MigrationStatus } from '../../src/contract/status.js';
import { toDetails } from '../../workflows/details.js';
import { nextSteps } from '../../workflows/next-steps.js';
import type { State } from '../../workflows/state.js';
import { samples } from '../cli/support/samples.js';

const blocker: Blocker = { step: 'compatibility', type: 'PreflightFailed', message: 'two fail', remedy: 'mend them' };
const state = {
  blockers: [blocker],
  checks: [{ name: 'modules', outcome: 'failure' }],
  plan: { accept: [] },
  cutover: null,
} as unknown as State;
const blocked: MigrationStatus = {
  ...samples.syncing,
  phase: 'waiting-for-operator',
  blockers: [blocker],
  nextSteps: nextSteps('m1', 'waiting-for-operator', false, state),
};

describe("what Temporal's UI shows", () => {
  it('has an empty line before each list and table: its reader takes them for one paragraph otherwise', () => {
    const kindOf = (line: string) => (/^ *- /.test(line) ? 'list' : line.startsWith('|') ? 'table' : 'text');
    const lines = toDetails({ ...blocked, notes: ['one', 'two'] }).split('\n');
    const joined = lines.filter((line, index) => {
      const before = lines[index - 1] ?? '';
      return line !== '' && before !== '' && kindOf(line) !== kindOf(before);
    });
    expect(new Set(lines.map(kindOf))).toEqual(new Set(['list', 'table', 'text']));
    expect(joined).toEqual([]);
  });

  it('says what stands in the way, and what to send with which signal', () => {
    expect(toDetails(blocked).split('\n').slice(0, 8)).toEqual([
      '**waiting-for-operator**',
      '',
      '- **compatibility** is blocked: two fail',
      '  - mend them',
      '- signal `retry`: tries the failed step again',
      '- signal `retry` with `{"patch":{"accept":["modules"]}}`: takes knowingly what is not mended',
      '- signal `abort`: undoes everything; the source stays as it was',
      '',
    ]);
  });

  it('names a query what is none of the signals', () => {
    const ended = { ...blocked, blockers: [], nextSteps: nextSteps('m1', 'completed', false, state) };
    expect(toDetails(ended)).toContain('- query `report`: the written record');
  });

  it('obeys nothing in the texts of servers', () => {
    const evil = '<img src=x> | *a* `b`';
    const [entry] = samples.syncing.checklist;
    if (entry === undefined) throw new Error('the sample has no checklist');
    const details = toDetails({
      ...blocked,
      blockers: [{ ...blocker, message: evil, remedy: evil }],
      checklist: [{ ...entry, detail: evil }],
      notes: [evil],
    });
    expect(details.match(/&lt;img src=x&gt; \\\| \\\*a\\\* \\`b\\`/g)).toHaveLength(4);
    expect(details).not.toContain('<img');
  });
});
