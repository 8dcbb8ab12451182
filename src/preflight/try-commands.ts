import { MigrationError } from '../contract/errors.js';
import { connect, type Server } from '../server/connect.js';
import { place } from './check.js';
import { psync } from './following.js';
import type { NeededCommand } from './needed-commands.js';
import { refusalIn } from './replies.js';

/** `keys`: the command is allowed, but not on every key that it needs. `unknown`: the server has no such command. */
export type Verdict = 'allowed' | 'forbidden' | 'keys' | 'unknown';

/**
 * Tries rights without using them: a command queued in a MULTI is judged against the ACL and not run, and this MULTI is
 * never executed. Unlike ACL DRYRUN and ACL GETUSER it needs no right of its own, knows renamed commands, and works on
 * every version. On a connection of its own, since all that follows a MULTI is queued.
 */
export async function tryCommands(
  server: Server,
  level: number,
  commands: readonly NeededCommand[],
): Promise<Map<string, Verdict>> {
  const own = await connect(server.endpoint, { name: 'redis-migration-rights', timeoutMs: 3000 });
  try {
    const verdicts = await tryOutside(own, level);
    if (verdicts.get('multi') !== 'allowed') return verdicts;
    const queued = [...commands, ...(level < 70_000 ? [psync] : [])];
    const replies = await own.pipeline(queued.map(({ words }) => [...words]));
    queued.forEach(({ rule }, index) => {
      verdicts.set(rule, verdictOf(replies[index]));
    });
    return verdicts;
  } finally {
    own.close();
  }
}

/** From Redis 7.0 on PSYNC can't be queued, but refuses an offset that is no number before it does anything. */
async function tryOutside(own: Server, level: number): Promise<Map<string, Verdict>> {
  const verdicts = new Map<string, Verdict>();
  if (level >= 70_000) verdicts.set(psync.rule, await attempt(own, 'PSYNC', '?', 'no-number'));
  // Without a MULTI before it, it only says so.
  verdicts.set('exec', await attempt(own, 'EXEC'));
  verdicts.set('multi', await attempt(own, 'MULTI'));
  if (verdicts.get('multi') === 'allowed') await makeSureOfQueue(own);
  return verdicts;
}

/** What isn't queued would be run: a proxy may answer OK to MULTI and mean nothing by it. */
async function makeSureOfQueue(own: Server): Promise<void> {
  if ((await own.call('PING').catch(() => 'QUEUED')) === 'QUEUED') return;
  throw new MigrationError('PreflightFailed', `${place(own)} doesn't queue commands after MULTI: is it a proxy?`, {
    remedy: 'Give the address of the server itself.',
  });
}

async function attempt(own: Server, ...command: [string, ...string[]]): Promise<Verdict> {
  const [reply] = await own.pipeline([command]);
  return verdictOf(reply);
}

function verdictOf(reply: unknown): Verdict {
  const refusal = refusalIn(reply) ?? '';
  if (/unknown (sub)?command/i.test(refusal)) return 'unknown';
  if (!/^NOPERM/.test(refusal)) return 'allowed';
  return /access .*key/i.test(refusal) ? 'keys' : 'forbidden';
}
