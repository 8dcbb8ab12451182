import type { MigrationPlan, ServerPlan } from '../contract/plan.js';
import { type Markdown, shellBlock } from './layout.js';
import { passwordOf, preparations, quote, redisCli } from './redis-cli.js';

/** Empty where no secret is needed. */
export function preparationBlock({ source, target }: MigrationPlan): Markdown {
  const lines = [...preparations('source', source), ...preparations('target', target)];
  return lines.length === 0 ? '' : shellBlock(lines);
}

/** Back to the source, which nobody replaced yet. The target stays read-only until the source serves. */
export function beforePromotion({ source, target }: MigrationPlan): Markdown {
  return steps([
    'Free the source. It must then show `role:master`:',
    [
      redisCli('source', source, 'REPLICAOF NO ONE'),
      redisCli('source', source, 'CLIENT UNPAUSE'),
      redisCli('source', source, 'INFO replication'),
    ],
    'Only then, if the target shall be a server of its own with the copy that it has:',
    [redisCli('target', target, 'REPLICAOF NO ONE')],
  ]);
}

/** The order of the cutover, the other way: fence, demote, compare, promote. Never all in one go. */
export function afterPromotion({ source, target }: MigrationPlan): Markdown {
  const position = "INFO replication | grep -E 'master_replid:|slave_repl_offset:'";
  return steps([
    'The source must show `role:slave`, the target as `master_host`, and `master_link_status:up`. Otherwise going back loses writes: stop here.',
    [redisCli('source', source, 'INFO replication')],
    'Fence the target. From here on it refuses writes:',
    [
      redisCli('target', target, 'CLIENT PAUSE 60000 WRITE'),
      'sleep 1  # the source takes in what is under way',
      redisCli('target', target, 'REPLICAOF 127.0.0.1 1'),
    ],
    'Both must show the same id and the same offset. If they differ, send `REPLICAOF NO ONE` and `CLIENT UNPAUSE` to the target, as if nothing had happened, and begin again.',
    [redisCli('target', target, position), redisCli('source', source, position)],
    'Only then promote the source, and send the applications there:',
    [redisCli('source', source, 'REPLICAOF NO ONE')],
    'Let the target follow the source, and disconnect who is still there:',
    [
      ...followLines(source, target),
      redisCli('target', target, 'CLIENT UNPAUSE'),
      redisCli('target', target, 'CLIENT KILL TYPE normal'),
      redisCli('target', target, 'CLIENT KILL TYPE pubsub'),
    ],
  ]);
}

/** Its login may be the one that no server knows. The password goes through standard input: an argument would show in the process list. */
function followLines(source: ServerPlan, target: ServerPlan): string[] {
  const { host, port } = source.addressForPeer;
  const password = `printf %s ${passwordOf('source')} | ${redisCli('target', target, '-x CONFIG SET masterauth')}`;
  return [
    redisCli('target', target, `CONFIG SET masteruser ${quote(source.username ?? '')}`),
    source.password === null ? redisCli('target', target, `CONFIG SET masterauth ''`) : password,
    ...(source.tls === null ? [] : [redisCli('target', target, 'CONFIG SET tls-replication yes')]),
    redisCli('target', target, `REPLICAOF ${quote(host)} ${port}`),
  ];
}

/** Texts and the commands below them, a block each: what is pasted in one go skips no comparison. */
function steps(parts: readonly (string | string[])[]): Markdown {
  let number = 0;
  return parts.map(part => (typeof part === 'string' ? `Step ${++number}. ${part}` : shellBlock(part))).join('\n\n');
}
