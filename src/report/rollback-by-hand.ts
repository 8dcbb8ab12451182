import type { MigrationPlan } from '../contract/plan.js';
import { type Markdown, shellBlock } from './layout.js';
import { preparations, quote, redisCli } from './redis-cli.js';

/** Empty where no secret is needed. */
export function preparationBlock({ source, target }: MigrationPlan): Markdown {
  const lines = [...preparations('source', source), ...preparations('target', target)];
  return lines.length === 0 ? '' : shellBlock(lines);
}

/** Back to the source, which nobody replaced yet. The target stays read-only until the source serves. */
export function beforePromotion({ source, target }: MigrationPlan): Markdown {
  return shellBlock([
    redisCli('source', source, 'REPLICAOF NO ONE'),
    redisCli('source', source, 'CLIENT UNPAUSE'),
    redisCli('source', source, 'INFO replication'),
    '# must show role:master. Then, if the target shall be a server of its own with the copy that it has:',
    redisCli('target', target, 'REPLICAOF NO ONE'),
  ]);
}

/** The order of the cutover, the other way: fence, demote, compare, promote. */
export function afterPromotion({ source, target }: MigrationPlan): Markdown {
  const { host, port } = source.addressForPeer;
  const position = "INFO replication | grep -E 'master_replid:|slave_repl_offset'";
  return shellBlock([
    redisCli('source', source, 'INFO replication'),
    '# must show role:slave, the target as master_host, master_link_status:up; else going back loses writes: stop here',
    redisCli('target', target, 'CLIENT PAUSE 60000 WRITE'),
    'sleep 1  # the source takes in what is under way',
    redisCli('target', target, 'REPLICAOF 127.0.0.1 1'),
    '# the target now refuses writes for good. Both must show the same id and offset:',
    redisCli('target', target, position),
    redisCli('source', source, position),
    '# if they differ: REPLICAOF NO ONE and CLIENT UNPAUSE on the target, as if nothing had happened, and try again',
    redisCli('source', source, 'REPLICAOF NO ONE'),
    '# the source takes writes again: send the applications there',
    redisCli('target', target, `REPLICAOF ${quote(host)} ${port}`),
    redisCli('target', target, 'CLIENT UNPAUSE'),
    redisCli('target', target, 'CLIENT KILL TYPE normal'),
    redisCli('target', target, 'CLIENT KILL TYPE pubsub'),
  ]);
}
