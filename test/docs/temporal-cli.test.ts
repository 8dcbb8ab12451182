import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import type { MigrationStatus, Phase } from '../../src/contract/status.js';
import { takesWrites } from '../e2e/support/snapshot.js';
import { useStage } from '../e2e/support/stage.js';
import type { Trial } from '../e2e/support/trial.js';
import { waitFor } from '../lab/index.js';
import { allPages } from './files.js';
import { shellWords } from './typed.js';

const stage = useStage();
const directory = mkdtempSync(join(tmpdir(), 'typed-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Each of Temporal's own commands that a page tells to type, without the reader behind it. */
const documented = [...allPages.matchAll(/^ {4}(temporal .*)$|`(temporal [^`]*)`/gm)]
  .map(([, line, quoted]) => (line ?? quoted ?? '').replace(/ \| jq .*$/, '').trim())
  .map(command => command.replace(/--workflow-id ((?:undo|verify)-)?ID/, '--workflow-id $1m1'));
const typed = new Set<string>();

/** Somebody who has the pages, a shell, and `migration.json` in it. */
class Operator {
  readonly #directory: string;
  readonly #id = `typed-${randomUUID()}`;

  constructor(readonly trial: Trial) {
    this.#directory = mkdtempSync(join(directory, 'm-'));
    writeFileSync(join(this.#directory, 'migration.json'), JSON.stringify(trial.input()));
  }

  /** Types the documented command that has all these words, for a migration of its own. */
  async types(...words: string[]): Promise<string> {
    const command = documented.find(text => words.every(word => ` ${text} `.includes(` ${word} `)));
    if (command === undefined) throw new Error(`no page tells to type: ${words.join(' ')}`);
    typed.add(command);
    const [, ...args] = shellWords(command).map(word => word.replace(/^((?:undo|verify)-)?m1$/, `$1${this.#id}`));
    const env = { ...process.env, TEMPORAL_ADDRESS: stage.temporal.address };
    const options = { env, cwd: this.#directory, timeout: 60_000 };
    return (await promisify(execFile)(process.env.TEMPORAL_CLI_PATH || 'temporal', args, options)).stdout;
  }

  /** Looks again and again. */
  async sees(...phases: Phase[]): Promise<MigrationStatus> {
    const look = async () => JSON.parse(await this.types('query', 'status', 'json')).queryResult[0] as MigrationStatus;
    const until = ({ phase, canCutOver }: MigrationStatus) =>
      phases.includes(phase) && (canCutOver || phase !== 'ready-for-cutover');
    return waitFor(look, { what: phases.join(' or '), until, timeoutMs: 60_000, everyMs: 500 });
  }
}

describe("what the pages tell to type with Temporal's own command", () => {
  it('starts, lists, shows, cuts over and rolls back', async context => {
    const trial = await stage.trial(context);
    const operator = new Operator(trial);
    expect(await operator.types('start', 'redisMigration', 'migration.json')).toMatch(/WorkflowId +typed-/);
    await operator.sees('ready-for-cutover');
    await waitFor(() => operator.types('list'), { what: 'the list', until: text => text.includes('redisMigration') });
    expect(await operator.types('query', 'status')).toContain('canCutOver');
    await operator.types('signal', 'cutover');
    await operator.sees('observing', 'keeping-source');
    expect(await takesWrites(trial.target)).toBe(true);
    await operator.types('signal', 'rollback');
    await operator.sees('rolled-back');
    expect(await takesWrites(trial.source)).toBe(true);
    const { queryResult } = JSON.parse(await operator.types('query', 'report', 'json'));
    expect(queryResult[0]).toMatch(/^# Migration[\s\S]*\*\*Rolled back/);
  });

  it('cuts over by an update, which answers, and completes', async context => {
    const trial = await stage.trial(context);
    const operator = new Operator(trial);
    await operator.types('start', 'redisMigration', 'migration.json');
    await operator.sees('ready-for-cutover');
    expect(await operator.types('update', 'cutover')).toContain('as soon as the checklist allows');
    await operator.sees('observing', 'keeping-source');
    await operator.types('signal', 'complete');
    await operator.sees('completed');
    expect(await takesWrites(trial.target)).toBe(true);
  });

  it('takes a failed check knowingly, tries again, and aborts', async context => {
    const trial = await stage.trial(context, { target: { persistence: 'none' } });
    const operator = new Operator(trial);
    await operator.types('start', 'redisMigration', 'migration.json');
    expect((await operator.sees('waiting-for-operator')).nextSteps.map(({ command }) => command).join()).toContain(
      '--patch \'{"accept":["target-persistence"]}\'',
    );
    await operator.types('signal', 'retry');
    // One that comes while the step is tried again would be dropped.
    const failedAgain = async () => {
      const { checklist } = await operator.sees('waiting-for-operator');
      return checklist.some(({ state, attempts }) => state === 'failed' && attempts > 1);
    };
    await waitFor(failedAgain, { what: 'the second failure', timeoutMs: 30_000 });
    await operator.types('signal', 'retry', '--input');
    await operator.sees('ready-for-cutover');
    await operator.types('signal', 'abort');
    expect((await operator.sees('aborted')).notes.join()).toContain('keeps the copy');
  });

  it('undoes what a terminated one left', async context => {
    const trial = await stage.trial(context);
    const operator = new Operator(trial);
    await operator.types('start', 'redisMigration', 'migration.json');
    const { name } = await operator.sees('ready-for-cutover');
    await trial.client.workflow.getHandle(name).terminate('at 3 a.m.');
    expect(await operator.types('execute', 'redisMigrationUndo')).toMatch(/undone/);
    expect(await takesWrites(trial.target)).toBe(true);
  });

  it('verifies', async context => {
    const trial = await stage.trial(context);
    await trial.source.cli('SET', 'missing', '1');
    expect(await new Operator(trial).types('execute', 'redisVerification')).toMatch(/db 0: .*missing/);
  });

  it('is all tried here', () => {
    expect(documented.filter(command => /^temporal workflow \w+ -/.test(command) && !typed.has(command))).toEqual([]);
  });
});
