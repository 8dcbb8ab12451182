import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMain } from './main.mjs';
import { placeTemporal } from './place.mjs';
import { execute, isExecutable, lastLine } from './processes.mjs';

const limitMs = 25_000;
const script = fileURLToPath(import.meta.url);

/** Lets the SDK download its dev server. In a process of its own, which can be killed when the host stays silent. */
export async function downloadTemporal({ directory, env, report, version }) {
  report.doing(`temporal: downloading ${version} with the SDK (at most ${limitMs / 1000} s)`);
  return placeTemporal(directory, async temporary => {
    const options = { env, timeoutMs: limitMs };
    const { code, output } = await execute(process.execPath, [script, temporary, `v${version}`], options);
    if (code !== 0) return { reason: lastLine(output).replace(/(error sending request.*?): \1/, '$1') };
    const names = await readdir(temporary);
    const file = names.map(name => join(temporary, name)).find(isExecutable);
    return { file, reason: 'left no executable' };
  });
}

/** The SDK downloads when it starts a server, so one is started and stopped at once. */
async function downloadBySdk(downloadDir, version) {
  const { TestWorkflowEnvironment } = createRequire(import.meta.url)('@temporalio/testing');
  const executable = { type: 'cached-download', downloadDir, version };
  const environment = await TestWorkflowEnvironment.createLocal({ server: { executable } });
  await environment.teardown();
}

if (isMain(import.meta.url)) {
  await downloadBySdk(process.argv[2], process.argv[3]).catch(error => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
