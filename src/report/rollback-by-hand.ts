import type { MigrationPlan, ServerPlan } from '../contract/plan.js';
import { type Markdown, shellBlock } from './layout.js';
import type { Side } from './record.js';
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
    'The source must show `role:slave`, the target as `master_host`, and `master_link_status:up`.',
    [redisCli('source', source, 'INFO replication')],
    "If only the link is down, the source was kept from making it anew by itself. Let it, when both show the same `master_replid`, and the target's `repl_backlog_first_byte_offset` is no greater than the source's `slave_repl_offset` + 1; then look again. In any other case going back loses writes: stop here.",
    [redisCli('target', target, 'INFO replication'), ...followLines('source', source, target)],
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
      ...followLines('target', target, source),
      redisCli('target', target, 'CLIENT UNPAUSE'),
      redisCli('target', target, 'CLIENT KILL TYPE normal'),
      redisCli('target', target, 'CLIENT KILL TYPE pubsub'),
    ],
  ]);
}

/** Its login may be the one that no server knows. The password goes through standard input: an argument would show in the process list. */
function followLines(side: Side, replica: ServerPlan, master: ServerPlan): string[] {
  const { host, port } = master.addressForPeer;
  const send = (command: string) => redisCli(side, replica, command);
  const password = passwordOf(side === 'source' ? 'target' : 'source');
  return [
    send(`CONFIG SET masteruser ${quote(master.username ?? '')}`),
    master.password === null
      ? send(`CONFIG SET masterauth ''`)
      : `printf %s ${password} | ${send('-x CONFIG SET masterauth')}`,
    ...(master.tls === null ? [] : [send('CONFIG SET tls-replication yes')]),
    send(`REPLICAOF ${quote(host)} ${port}`),
  ];
}

/** Texts and the commands below them, a block each: what is pasted in one go skips no comparison. */
function steps(parts: readonly (string | string[])[]): Markdown {
  let number = 0;
  return parts.map(part => (typeof part === 'string' ? `Step ${++number}. ${part}` : shellBlock(part))).join('\n\n');
}
