import { resolve } from 'node:path';
import { CommanderError } from 'commander';
import { expect, test, vi } from 'vitest';
import { exitCodes } from '../../src/cli/exit-codes.js';
import { buildProgram } from '../../src/cli/program.js';
import type { Phase } from '../../src/contract/status.js';
import { nextSteps } from '../../workflows/next-steps.js';
import type { State } from '../../workflows/state.js';
import { Terminal } from '../cli/support/terminal.js';
import { allPages, sourcesOf } from './files.js';
import { commandsIn, wordsOf } from './typed.js';

// Each waits some seconds for a Temporal that isn't there.
vi.setConfig({ maxConcurrency: 100 });

const sources = sourcesOf('src', 'workflows', 'activities', 'worker', 'examples');
const input = resolve('examples/inputs/plain.json');

/** What `status` tells to type, in the states in which it tells something else. */
const advised = (): string[] => {
  const blockers = ['PreflightFailed', 'TargetNotEmpty', 'SourceLost', 'Unreachable', 'VerificationFailed'].map(
    type => [{ type }],
  );
  const checks = [{ name: 'target-persistence', outcome: 'failure' }];
  const rest = {
    accept: [],
    cutover: { fence: 'auto' },
    verification: { repair: false },
    migrate: { move: false },
  };
  const plans = ['replication', 'dump-restore'].map(method => ({ checks, plan: { ...rest, method } }));
  const states = plans.flatMap(known =>
    [[], ...blockers].flatMap(blocked => [
      { ...known, blockers: blocked, cutover: null, wayBack: { possible: false } },
      { ...known, blockers: blocked, cutover: {}, wayBack: { possible: true } },
    ]),
  ) as unknown as State[];
  const phases: Phase[] = ['syncing', 'ready-for-cutover', 'waiting-for-operator', 'paused', 'observing', 'completed'];
  return states
    .flatMap(state => phases.flatMap(phase => nextSteps("it's", phase, true, state)))
    .map(({ command }) => command.replace(/^redis-migration /, ''));
};

const found = [...new Set([...commandsIn(allPages), ...commandsIn(sources), ...advised()])].sort();
// These would begin to work.
const serving = ['worker', 'dev', 'run'];

test('there are commands to look at', () => {
  expect(found.length).toBeGreaterThan(20);
  for (const words of ['undo INPUT.json --forget', 'undo migration.json --force', 'cutover m1', 'run migration.json'])
    expect(found).toContain(words);
});

test.concurrent.each(found)('redis-migration %s: the command takes it as it is written', async command => {
  const words = wordsOf(command, input);
  const terminal = new Terminal({ env: { TEMPORAL_ADDRESS: '127.0.0.1:1' } });
  const program = buildProgram({ context: terminal.context, argv: words, exitWith: () => undefined });
  for (const subcommand of program.commands) subcommand.action(() => undefined);
  await program.parseAsync(words, { from: 'user' }).catch(error => {
    // Help ends like that.
    if (!(error instanceof CommanderError) || error.exitCode !== 0) throw error;
  });
  if (serving.includes(words[0] ?? '') || words[0] === 'help') return;
  // All that is judged before anything is sent; then nobody answers.
  expect({ code: await terminal.run(...words), stderr: terminal.stderr }).toMatchObject({
    code: exitCodes.unreachable,
  });
});

test('undo is never named without what it is to undo', () => {
  expect(`${allPages}\n${sources}`.match(/(?<!redis-migration )\bundo --.*/g)).toBeNull();
  expect(found.filter(command => /^undo(?! (INPUT\.json|migration\.json|--migration ))/.test(command))).toEqual([]);
});
