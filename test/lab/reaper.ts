import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where everything of this process's laboratory lives; removed when the process ends. */
export const labDirectory = (): string => reaper().directory;

/** From now on `pid` is killed when this process ends, in whatever way: SIGKILL and crashes included. */
export const killAtEnd = (pid: number): void => reaper().tell(`add ${pid}`);

/** `pid` has ended: its number may belong to somebody else from now on. */
export const hasEnded = (pid: number): void => reaper().tell(`drop ${pid}`);

// A shell of its own session that outlives this process by a moment: the end of its standard input is our end.
const script = `
trap '' INT TERM HUP
while read -r verb pid; do
  kept=
  for one in $pids; do [ "$one" = "$pid" ] || kept="$kept $one"; done
  pids=$kept
  [ "$verb" = add ] && pids="$pids $pid"
done
for one in $pids; do kill -KILL "$one" 2>/dev/null; done
rm -rf -- "$1" 2>/dev/null || { sleep 1; rm -rf -- "$1"; }
`;

interface Reaper {
  directory: string;
  tell(line: string): void;
}

let started: Reaper | undefined;

function reaper(): Reaper {
  started ??= startReaper();
  return started;
}

function startReaper(): Reaper {
  const directory = mkdtempSync(join(tmpdir(), 'redis-migration-lab-'));
  const child = spawn('/bin/sh', ['-c', script, 'reaper', directory], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  (child.stdin as Socket).unref();
  child.stdin.on('error', () => {}); // the reaper itself was killed: nothing left to tell it
  return { directory, tell: line => void child.stdin.write(`${line}\n`) };
}
