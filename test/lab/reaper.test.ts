import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { builtFile } from './built.js';
import { isAnswered } from './ports.js';
import { waitFor } from './wait-for.js';

const laboratory = (then: string): string => `
  const { startRedis } = await import(${JSON.stringify(pathToFileURL(builtFile('test/lab/redis.js')).href)});
  const server = await startRedis();
  server.pauseProcess();
  console.log(JSON.stringify({ port: server.port, dir: server.dir }));
  ${then}`;

test('a server dies with a process that is killed outright, and its directory goes too', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', laboratory('')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  const { port, dir } = JSON.parse(String(line));
  expect(await isAnswered(port)).toBe(true);
  child.kill('SIGKILL');
  await waitFor(async () => !(await isAnswered(port)) && !existsSync(dir), { what: 'the server to be gone' });
});

test('a server dies with a process that ends on an uncaught error, and does not keep it from ending', async () => {
  const run = promisify(execFile)(process.execPath, [
    '--input-type=module',
    '-e',
    laboratory("throw new Error('oops')"),
  ]);
  const { stdout } = (await run.catch(error => error)) as { stdout: string };
  const { port, dir } = JSON.parse(stdout);
  await waitFor(async () => !(await isAnswered(port)) && !existsSync(dir), { what: 'the server to be gone' });
});
