import { setTimeout as sleep } from 'node:timers/promises';
import type { LinkProxy, RedisServer } from '../../lab/index.js';
import { replicate, waitFor } from '../../lab/index.js';
import type { FollowRound } from './round.js';

type Fault = (round: FollowRound) => Promise<void>;

const server = (round: FollowRound): RedisServer => round.random.pick([round.source, round.target]);
const link = (round: FollowRound): LinkProxy => round.random.pick([round.sourceLink, round.targetLink]);
const soon = ({ random }: FollowRound, most = 400): Promise<void> => sleep(random.integer(0, most));

/** For a while, and then no more. */
async function meanwhile(round: FollowRound, begin: () => unknown, end: () => unknown): Promise<void> {
  await begin();
  await soon(round, 700);
  await end();
}

/** Sets a parameter for a while. */
async function configured(round: FollowRound, name: string, value: string, usual: string): Promise<void> {
  const { target } = round;
  await meanwhile(
    round,
    () => target.cli('CONFIG', 'SET', name, value),
    () => target.cli('CONFIG', 'SET', name, usual),
  );
}

async function again(round: FollowRound): Promise<void> {
  await soon(round);
  await round.follower.start();
}

async function idle({ info }: { info: () => Promise<Record<string, string>> }): Promise<void> {
  await waitFor(async () => (await info()).rdb_bgsave_in_progress === '0', { what: 'the save' });
}

const saved = async (one: RedisServer): Promise<void> => {
  await one.cli('BGSAVE').catch(() => {}); // One is under way already.
  await idle({ info: () => one.info('persistence') });
};

/** Everything that can happen to a migration, each over when it resolves. */
export const faults: Record<string, Fault> = {
  'the worker is killed': async round => {
    await round.follower.end('SIGKILL');
    await again(round);
  },
  'the worker is stopped': async round => {
    await round.follower.end('SIGTERM');
    await again(round);
  },
  'the worker is killed, and the next one has another disk': async round => {
    await round.follower.end('SIGKILL');
    round.follower.move();
    await again(round);
  },
  'the worker stands still, and another takes over': async round => {
    round.follower.freeze();
    if (round.random.chance(0.5)) round.follower.move();
    await again(round);
    await soon(round, 1000);
    round.follower.thaw();
  },
  'the worker stands still': round =>
    meanwhile(
      round,
      () => round.follower.freeze(),
      () => round.follower.thaw(),
    ),
  'it is paused': round =>
    meanwhile(
      round,
      () => round.follower.tell('pause'),
      () => round.follower.tell('resume'),
    ),
  'a link is cut': async round => {
    const one = link(round);
    await meanwhile(
      round,
      () => one.cut(),
      () => one.restore(),
    );
  },
  'connections break': async round => {
    const one = link(round);
    for (let n = round.random.integer(1, 5); n > 0; n--) {
      await one.cut();
      await one.restore();
      await soon(round, 100);
    }
  },
  'a link stalls': async round => {
    const one = link(round);
    await meanwhile(
      round,
      () => one.stall(),
      () => one.resume(),
    );
  },
  'a link is slow': async round => {
    const one = link(round);
    await meanwhile(
      round,
      () => {
        one.delayMs = round.random.integer(1, 60);
      },
      () => {
        one.delayMs = 0;
      },
    );
  },
  'a server is restarted': async round => {
    await server(round).restart();
  },
  'the source is killed': async round => {
    if (round.random.chance(0.5)) await saved(round.source);
    await soon(round, 200);
    await round.source.restart({ graceful: false });
  },
  'the target is killed': async round => {
    if (round.random.chance(0.5)) await saved(round.target);
    await soon(round, 200);
    await round.target.restart({ graceful: false });
  },
  'the target loses everything': round => round.target.restart({ graceful: false, wipe: true }),
  'a server stands still': async round => {
    const one = server(round);
    await meanwhile(
      round,
      () => one.pauseProcess(),
      () => one.resumeProcess(),
    );
  },
  'a server saves and rewrites': async round => {
    for (const one of [round.source, round.target])
      for (const command of [['CONFIG', 'RESETSTAT'], ['BGSAVE'], ['BGREWRITEAOF']])
        await one.cli(...command).catch(() => {}); // One is under way already.
  },
  'the target is out of memory': round => configured(round, 'maxmemory', '1', '0'),
  'the target wants replicas': round => configured(round, 'min-replicas-to-write', '1', '0'),
  'clients are killed': async round => {
    await server(round).cli('CLIENT', 'KILL', 'TYPE', round.random.pick(['normal', 'replica']), 'SKIPME', 'yes');
  },
  'the source is parked for a while': round =>
    meanwhile(
      round,
      () => round.source.cli('REPLICAOF', '127.0.0.1', '1'),
      () => round.source.cli('REPLICAOF', 'NO', 'ONE'),
    ),
  'the source has another replication id': async round => {
    // A server that takes another id by itself hangs up on its replicas.
    await round.source.cli('DEBUG', 'CHANGE-REPL-ID');
    await round.source.cli('CLIENT', 'KILL', 'TYPE', 'replica');
  },
  'a replica of the source takes over': async round => {
    const before = round.source;
    const replica = await round.startServer(round.sourceVersion, 'rdb');
    await replicate({ from: before, to: replica });
    await soon(round, 100);
    await before.kill();
    await replica.cli('REPLICAOF', 'NO', 'ONE');
    round.source = replica;
    round.sourceLink.to = replica;
    await round.sourceLink.cut();
    await round.sourceLink.restore();
  },
};

/** At random moments. */
export async function strike(
  round: FollowRound,
  count: number,
  among: readonly string[] = Object.keys(faults),
): Promise<void> {
  for (let n = 0; n < count; n++) {
    await soon(round, 600);
    const name = round.random.pick(among);
    round.note(name);
    await faults[name]?.(round);
  }
}
