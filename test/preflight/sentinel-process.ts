import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../lab/ports.js';
import { labDirectory } from '../lab/reaper.js';
import type { RedisServer } from '../lab/redis.js';
import { redisBinary } from '../lab/redis-binary.js';
import { waitFor } from '../lab/wait-for.js';
import { closeLater } from './support.js';

/** A real Sentinel, once it listens at the server. */
export async function startSentinel(watched: RedisServer): Promise<void> {
  const port = await freePort();
  const file = join(labDirectory(), `sentinel-${port}.conf`);
  writeFileSync(
    file,
    `port ${port}\nbind 127.0.0.1\nsentinel monitor mymaster ${watched.host} ${watched.port} 1\nsentinel down-after-milliseconds mymaster 60000\n`,
  );
  const child = spawn(redisBinary(), [file, '--sentinel'], { stdio: 'ignore' });
  closeLater(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    rmSync(file, { force: true });
  });
  await waitFor(() => watched.cli('PUBSUB', 'NUMSUB', '__sentinel__:hello'), {
    what: 'the Sentinel to listen',
    until: answer => /1$/.test(answer.trim()),
  });
  await waitFor(() => watched.cli('CLIENT', 'LIST', 'TYPE', 'pubsub'), {
    what: 'the Sentinel to give its name',
    until: clients => clients.includes('name=sentinel-'),
  });
}
