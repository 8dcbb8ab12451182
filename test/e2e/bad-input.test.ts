import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { describe, expect, it, type TestContext } from 'vitest';
import type { MigrationInput } from '../../src/contract/input.js';
import { freePort, startRedis } from '../lab/index.js';
import { snapshots } from './support/snapshot.js';
import { useStage } from './support/stage.js';
import type { Trial, TrialOptions } from './support/trial.js';

const stage = useStage({
  env: { SOURCE_PASSWORD: 'of-the-source', SOURCE_WRONG: 'not-of-the-source', MIGRATION_PASSWORD: 'of-the-migration' },
});

/** Something that can only be seen when connected. */
interface Fault {
  what: string;
  options?: TrialOptions;
  input(trial: Trial, context: TestContext): Promise<Partial<MigrationInput>> | Partial<MigrationInput>;
  type: string;
  says: RegExp;
  /** Puts it right; resolves to the patch. */
  correct?(trial: Trial, context: TestContext): Promise<Record<string, unknown>>;
}

/** Applications log in without one on the target. */
const withPassword = { source: { password: 'env:SOURCE_PASSWORD' }, accept: ['application-users'] };
const guarded: TrialOptions = { source: { password: 'of-the-source' } };
const weak = 'migration on >of-the-source ~* &* +@all -psync -sync';

const faults: Fault[] = [
  {
    what: 'a source where nothing listens',
    input: async ({ source }) => {
      await source.stop();
      return {};
    },
    type: 'Unreachable',
    says: /source 127\.0\.0\.1:\d+ refused the connection/,
    correct: async ({ source }) => {
      await source.restart();
      return {};
    },
  },
  {
    what: 'a host name that nobody knows',
    input: () => ({ target: { url: 'redis://no-such-host.invalid' } }),
    type: 'Unreachable',
    says: /target no-such-host\.invalid:6379.*does not resolve/,
  },
  {
    what: 'a server that takes the connection and says nothing',
    input: async (_trial, context) => ({ target: { url: `redis://127.0.0.1:${await listen(context, () => {})}` } }),
    type: 'Unreachable',
    says: /target .*(did not answer|no answer|closed)/,
  },
  {
    what: 'a port where something else than Redis answers',
    input: async (_trial, context) => {
      const port = await listen(context, socket => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
      return { target: { url: `redis://127.0.0.1:${port}` } };
    },
    type: 'NotRedis',
    says: /not as a Redis server/,
  },
  {
    what: 'a missing password',
    options: guarded,
    input: () => ({}),
    type: 'AuthenticationFailed',
    says: /source .*wants a password/,
    correct: async () => withPassword,
  },
  {
    what: 'a wrong password',
    options: guarded,
    input: ({ source }) => ({ source: { url: source.url, password: 'env:SOURCE_WRONG' } }),
    type: 'AuthenticationFailed',
    says: /source .*refused the user or password/,
    correct: async () => withPassword,
  },
  {
    what: 'a secret that the worker does not have',
    options: guarded,
    input: ({ source }) => ({ source: { url: source.url, password: 'env:SOURCE_FORGOTTEN' } }),
    type: 'SecretUnavailable',
    says: /SOURCE_FORGOTTEN/,
    correct: async () => withPassword,
  },
  {
    what: 'a secret that the worker must not give away',
    options: guarded,
    input: ({ source }) => ({ source: { url: source.url, password: 'env:MIGRATION_PASSWORD' } }),
    type: 'SecretUnavailable',
    says: /MIGRATION_PASSWORD/,
  },
  {
    what: 'a user without a permission that replication needs',
    options: { source: { users: [weak] } },
    input: ({ source }) => ({ source: { url: source.url, username: 'migration', password: 'env:SOURCE_PASSWORD' } }),
    type: 'PermissionMissing',
    says: /psync/i,
    correct: async ({ source }) => {
      await source.cli('ACL', 'SETUSER', 'migration', '+psync', '+sync');
      return {};
    },
  },
  {
    what: 'one server under two names',
    input: ({ source }) => ({ target: { url: `redis://localhost:${source.port}` } }),
    type: 'SameServer',
    says: /one and the same server/,
  },
  {
    what: 'a target that has data',
    input: async ({ target }) => {
      await target.cli('SELECT', '0');
      await target.cli('SET', 'mine', '1');
      return {};
    },
    type: 'TargetNotEmpty',
    says: /1 key/,
    correct: async ({ target }) => {
      await target.cli('DEL', 'mine');
      return {};
    },
  },
  {
    what: 'a target that is a replica of another server',
    input: async ({ target }, context) => {
      const other = await startRedis();
      context.onTestFinished(() => other.discard());
      await target.cli('REPLICAOF', other.host, String(other.port));
      return {};
    },
    type: 'WrongDirection',
    says: /which is not the source/,
    correct: async ({ target }) => {
      await target.cli('REPLICAOF', 'NO', 'ONE');
      return {};
    },
  },
];

describe.concurrent('a migration', () => {
  it('that is given nonsense fails at once, with every problem named', async context => {
    const trial = await stage.trial(context);
    const { failures } = {
      failures: await Promise.all(
        [undefined, null, 'redis://a', [], nonsense].map(async input => (await trial.startWith(input)).failure()),
      ),
    };
    for (const failure of failures) expect(failure.type).toBe('InvalidInput');
    const message = failures.at(-1)?.message ?? '';
    for (const named of ['source.url', 'target.url', 'method', 'sauce', 'cutover.drainTimeout', 'accept'])
      expect(message).toContain(named);
    expect(message).not.toContain('hunter2');
  });

  it('whose name is hostile works, and never gives a command that a shell would misunderstand', async context => {
    const trial = await stage.trial(context);
    const name = "odd `id`; $(reboot) 'quoted' \u001b[31m | x";
    const migration = await trial.start({ dryRun: true }, { workflowId: name });
    const { status, report } = await migration.result();
    expect(status.name).toBe(name);
    for (const { command } of status.nextSteps) expect(command).toContain(`'odd \`id\`; $(reboot) '\\''quoted'\\''`);
    expect(report).not.toContain('\u001b');
    expect(report).not.toMatch(/^redis-migration \w+ odd/m);
  });

  for (const { what, options, input, type, says, correct } of faults)
    it(`meets ${what}: it says so soon, changes nothing, and ${correct ? 'goes on once it is put right' : 'is ended by abort'}`, async context => {
      const trial = await stage.trial(context, options);
      const changes = await input(trial, context);
      const running = what === 'a source where nothing listens' ? [trial.target] : [trial.source, trial.target];
      const before = await snapshots(...running);
      const startedAt = Date.now();
      const migration = await trial.start(changes);
      const { blockers, phase } = await migration.untilBlocked(type);
      expect(Date.now() - startedAt).toBeLessThan(20_000);
      expect(phase).toBe('waiting-for-operator');
      const blocker = blockers.find(each => each.type === type);
      expect(blocker?.message).toMatch(says);
      expect(blocker?.remedy.length).toBeGreaterThan(10);
      expect(await snapshots(...running)).toEqual(before);
      if (correct) {
        await migration.update('retry', { patch: await correct(trial, context) });
        await migration.until('the next steps', ({ checklist }) =>
          checklist.some(({ step, state }) => step === 'compatibility' && ['passed', 'warning'].includes(state)),
        );
      }
      await migration.update('abort');
      expect((await migration.result()).outcome).toBe('aborted');
    });
});

const nonsense = {
  source: { url: 'redis://user:hunter2@host' },
  target: {},
  sauce: {},
  method: 'magic',
  cutover: { drainTimeout: 'soon' },
  accept: ['everything'],
};

/** A server that greets each connection in its own way. */
async function listen({ onTestFinished }: TestContext, greet: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer(socket => {
    sockets.add(socket);
    socket.on('error', () => {});
    greet(socket);
  });
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return port;
}
