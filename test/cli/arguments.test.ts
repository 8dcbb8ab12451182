import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { exitCodes } from '../../src/cli/exit-codes.js';
import { Terminal } from './support/terminal.js';

const directory = mkdtempSync(join(tmpdir(), 'cli-'));
afterAll(() => rmSync(directory, { recursive: true }));

// Nobody answers there: a command that went on to connect would end in 5, not 2.
const nowhere = { TEMPORAL_ADDRESS: '127.0.0.1:1' };

const fails = async (argv: string[], stdin = ''): Promise<{ code: number; stderr: string; stdout: string }> => {
  const terminal = new Terminal({ stdin, env: nowhere });
  const code = await terminal.run(...argv);
  return { code, stderr: terminal.stderr, stdout: terminal.stdout };
};

const both = ['--source', 'redis://a:1', '--target', 'redis://b:2'];

describe('usage that makes no sense is refused with 2, before anything is sent', () => {
  it.each<[string, string[], string]>([
    ['an unknown command', ['migrate'], "unknown command 'migrate'"],
    ['an unknown option', ['status', '--colour'], "unknown option '--colour'"],
    ['too many arguments', ['status', 'a', 'b'], 'too many arguments'],
    ['no input', ['start'], 'Name an input file, - for standard input, or both --source and --target.'],
    ['half an input', ['start', '--source', 'redis://a'], 'both --source and --target'],
    ['a file that is not there', ['start', '/nowhere/in.json'], "/nowhere/in.json can't be read (ENOENT)."],
    ['a phase that is none', ['watch', '--until', 'done'], 'Allowed choices are preparing, syncing'],
    ['a size that is none', ['cutover', '--accept-loss-bytes', 'few'], 'Expected a size'],
    ['a rate of nothing', ['set-rate', '--max-keys-per-second', '0'], 'Expected a whole number from 1, or "none".'],
    ['a patch that is no JSON', ['retry', '--patch', '{"a":'], 'The patch is not valid JSON: it ends too early.'],
    ['a patch that is no object', ['retry', '--patch', '[]'], 'Expected a JSON object.'],
    ['a reason of two lines', ['abort', '--reason', 'a\nb'], 'abort.reason: expected text'],
    ['a time to answer that is none', ['pause', '--answer-within', 'soon'], 'Expected a duration'],
    ['a setting without a value', ['start', ...both, '--set', 'method'], '--set takes path=value'],
    ['a setting below a text', ['start', ...both, '--set', 'source.url.port=1'], '--set source.url.port: url is not'],
    ['a port beyond the last', ['dev', '--port', '65000'], 'Expected a port'],
  ])('%s', async (_, argv, message) => {
    const { code, stderr, stdout } = await fails(argv);
    expect(stderr).toContain(message);
    expect(code).toBe(exitCodes.badInput);
    expect(stdout).toBe('');
  });
});

describe('an input', () => {
  const input = { source: { url: 'redis://a:1' }, target: { url: 'redis://a:1', bogus: 1 }, keepSourceFor: 'long' };
  const problems = [
    'The input is refused; nothing was started:',
    '  target.bogus: unknown field',
    '  keepSourceFor: expected a duration such as "500ms", "5s" or "24h", from 0ms to 365d, got "long"',
    '  target.url: the same address as source.url; a migration needs two servers',
    '',
  ].join('\n');

  it('is refused with all its problems at once, from a file', async () => {
    const file = join(directory, 'input.json');
    writeFileSync(file, JSON.stringify(input));
    expect(await fails(['start', file])).toEqual({ code: 2, stderr: problems, stdout: '' });
  });

  it.each(['start', 'run'])('is refused with all its problems at once by %s, from standard input', async command => {
    expect(await fails([command, '-'], JSON.stringify(input))).toEqual({ code: 2, stderr: problems, stdout: '' });
  });

  it('that is no JSON is refused with the place, and not quoted', async () => {
    const { code, stderr } = await fails(['start', '-'], '{\n  "source": {"password": "hunter2" "x"}}');
    expect({ code, stderr }).toEqual({ code: 2, stderr: 'Standard input is not valid JSON: line 2, column 36.\n' });
  });

  it('that is no object is refused', async () => {
    expect((await fails(['start', '-'], '[]')).stderr).toBe('Standard input holds no JSON object.\n');
  });

  it('takes flags over what the file says, and fields by their path', async () => {
    const settings = ['cutover.mode=later', 'accept=["nonsense"]', 'observe.maxErrorRate=2', 'verification.mode=3'];
    const argv = ['start', '-', '--target', 'redis://b', '--method', 'magic', ...settings.flatMap(s => ['--set', s])];
    const { stderr } = await fails(argv, JSON.stringify({ ...input, keepSourceFor: '1h', target: {} }));
    for (const path of ['cutover.mode', 'accept[0]', 'observe.maxErrorRate', 'verification.mode', 'method']) {
      expect(stderr).toContain(`  ${path}: expected`);
    }
    expect(stderr).not.toContain('target.url');
  });

  it('of undo is only judged by its servers', async () => {
    const { stderr } = await fails(['undo', '-'], JSON.stringify({ ...input, target: { url: 'x' } }));
    expect(stderr.match(/^ {2}\S+:/gm)).toEqual(['  target.url:']);
  });
});

describe('a secret that was typed where it does not belong is never printed', () => {
  const secret = 'hunter2';
  it.each<[string, string[], string]>([
    ['in a url', ['start', '--source', `redis://u:${secret}@a`, '--target', 'redis://b'], ''],
    ['as a clear password', ['start', ...both, '--set', `source.password=${secret}`], ''],
    ['in a field that does not exist', ['start', ...both, '--set', `source.token.x="${secret}"`], ''],
    ['in a setting without a path', ['start', ...both, '--set', `=${secret}`], ''],
    ['as an option that does not exist', ['start', `--password=${secret}`], ''],
    ['in a patch', ['retry', '--patch', `{"source": ${secret}}`], ''],
    ['in broken JSON', ['start', '-'], `{"source": {"password": ${secret}`],
    ['in JSON that is a text', ['start', '-'], `"${secret}"`],
  ])('%s', async (_, argv, stdin) => {
    const { code, stderr, stdout } = await fails(argv, stdin);
    expect(code).toBe(2);
    expect(stderr).not.toBe('');
    expect(stderr + stdout).not.toContain(secret);
  });
});

describe('help', () => {
  it('names every exit code', async () => {
    const { code, stdout } = await fails(['--help']);
    expect(code).toBe(0);
    for (const exitCode of Object.values(exitCodes)) expect(stdout).toMatch(new RegExp(`^ +${exitCode}  \\w`, 'm'));
  });

  it.each(['start', 'cutover', 'undo', 'dev'])('of %s fits in 80 columns', async command => {
    const { code, stdout } = await fails([command, '--help']);
    expect(code).toBe(0);
    expect(stdout.split('\n').filter(line => line.length > 80)).toEqual([]);
  });
});
