import { join } from 'node:path';
import { placeTemporal } from './place.mjs';
import { execute, findExecutables, lastLine, pathDirectories } from './processes.mjs';

const limitMs = 30 * 60_000;

/** Compiles the official CLI from source: works wherever the Go module proxy does, in minutes. */
export async function compileTemporal({ directory, env, report, version }) {
  const [go] = findExecutables('go', [...pathDirectories(env), '/usr/local/go/bin']);
  if (!go) return { reason: 'Go is not installed' };
  report.doing(`temporal: compiling ${version} from source (some 5 minutes on 2 cores, once)`);
  return placeTemporal(directory, async temporary => {
    const progress = report.progress(`temporal: compiling ${version}`);
    const { code, output } = await execute(go, ['install', `github.com/temporalio/cli/cmd/temporal@v${version}`], {
      env: { ...env, GOBIN: temporary },
      timeoutMs: limitMs,
      onLine: progress.note,
    });
    progress.end();
    return code === 0 ? { file: join(temporary, 'temporal') } : { reason: lastLine(output) };
  });
}
