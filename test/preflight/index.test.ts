import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { type CheckName, checkNames } from '../../src/contract/checks.js';
import { appliesTo } from '../../src/preflight/by-method.js';
import { type CheckStep, runChecks } from '../../src/preflight/index.js';
import { checks } from '../../src/preflight/table.js';
import type { RedisServer } from '../lab/redis.js';
import { replicate } from '../lab/replicate.js';
import { contextOf, informed, start, startPair, texts } from './support.js';

const steps: CheckStep[] = ['connectivity', 'resources', 'authentication', 'compatibility'];
const names = Object.keys(checkNames) as CheckName[];

let source: RedisServer;
let target: RedisServer;
beforeAll(async () => {
  const users = ['app on >app-secret ~app:* +@read', 'mover on >mover-secret ~* &* +@all'];
  [source, target] = await startPair({ password: 'source-secret', users }, { password: 'target-secret', users });
  await source.cli('DEBUG', 'POPULATE', '500');
});

test('every name of the contract has a runner and a file of that name, and the other way round', () => {
  expect(Object.keys(checks).sort()).toEqual([...names].sort());
  const files = readdirSync(fileURLToPath(new URL('../../src/preflight', import.meta.url)));
  expect(names.filter(name => !files.includes(`${name}.ts`))).toEqual([]);
});

const methods = ['auto', 'live'] as const;

test('every check is made with one of these methods', () =>
  expect(names.filter(name => !methods.some(method => appliesTo(name, method)))).toEqual([]));

test.each(methods)(
  'all checks of %s together leave both servers as they were, tell no secret, and answer under their own names',
  async method => {
    await replicate({ from: source, to: await start() });
    const context = await contextOf(source, target, {
      input: { method },
      sourceLogin: { username: 'mover', password: 'mover-secret' },
    });
    const before = [await stateOf(source), await stateOf(target)];
    for (const step of steps) {
      const results = await runChecks(step, context);
      const expected = names.filter(name => checkNames[name] === step && appliesTo(name, method));
      expect([...new Set(results.map(({ name }) => name))]).toEqual(expected);
      expect(texts(results)).not.toMatch(/secret/);
      expect(texts(results)).not.toContain('could not be made');
      for (const { outcome, remedy } of results) expect(remedy === null).toBe(outcome === 'pass');
    }
    expect([await stateOf(source), await stateOf(target)]).toEqual(before);
  },
);

test('a check that throws fails by itself, with what was said', async () => {
  const context = await contextOf(source, target);
  const broken = {
    ...context,
    source: { ...context.source, pipeline: () => Promise.reject(new Error('a \u001b[31mnoise')) },
  };
  const results = await runChecks('resources', broken);
  const outcomes = new Map(results.map(result => [result.name, result]));
  expect(outcomes.get('source-persistence')).toMatchObject({
    outcome: 'failure',
    message: 'The check could not be made: a  [31mnoise',
  });
  expect(outcomes.get('target-persistence')).toMatchObject({ outcome: 'pass' });
});

test('a server that hangs holds the checks up no longer than allowed', async () => {
  const context = await contextOf(source, target);
  target.pauseProcess();
  try {
    const begun = performance.now();
    const results = (await Promise.all(steps.map(step => runChecks(step, context, 400)))).flat();
    expect(performance.now() - begun).toBeLessThan(4000);
    const late = results.filter(({ message }) => message.includes('took longer than 0.4 s')).map(({ name }) => name);
    expect(late).toEqual(expect.arrayContaining(['peer-connectivity', 'target-memory', 'clock-skew']));
    expect(results.find(({ name }) => name === 'versions')?.outcome).toBe('pass');
  } finally {
    target.resumeProcess();
  }
});

test('no terminal obeys what a server says of itself', async () => {
  const hostile = { redis_version: `7.0.15\u001b]0;owned\u0007${'x'.repeat(3000)}` };
  const context = informed(await contextOf(source, target), 'source', hostile);
  const results = await runChecks('compatibility', context);
  expect(results.some(({ message }) => message.includes('7.0.15 ]0;owned x'))).toBe(true);
  for (const { message } of results) expect(message).toMatch(/^[\x20-\x7e]{1,2000}$/);
});

/** All that a check could change; the peers' own connections for MIGRATE stay for some seconds. */
async function stateOf(server: RedisServer) {
  const { role, master_replid: replid } = await server.info('replication');
  const clients = (await server.cli('CLIENT', 'LIST'))
    .split('\n')
    // Nor who asks: without a name, unlike the migration's own, whose last command may be one of these, too.
    .filter(line => line && !/cmd=restore| name= .*cmd=client/.test(line));
  return {
    role,
    replid,
    clients: clients.map(line => /name=(\S*)/.exec(line)?.[1]).sort(),
    config: await settingsOf(server),
    users: await server.cli('ACL', 'LIST'),
    keys: (await server.cli('KEYS', '*')).split('\n').sort(),
    lastSave: await server.cli('LASTSAVE'),
    scripts: (await server.info('memory')).number_of_cached_scripts,
  };
}

/** The order in which a server lists its settings changes while its table of them grows. */
async function settingsOf(server: RedisServer): Promise<string[]> {
  const lines = (await server.cli('CONFIG', 'GET', '*')).split('\n');
  return lines.flatMap((line, at) => (at % 2 === 0 ? [`${line} ${lines[at + 1]}`] : [])).sort();
}
