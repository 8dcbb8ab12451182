import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { builtFile } from '../lab/built.js';
import { fromHistoryFile } from './history-file.js';
import { scenarios } from './scenarios.js';

const directory = fileURLToPath(new URL('histories', import.meta.url));
const files = readdirSync(directory).filter(name => name.endsWith('.json'));
const read = (file: string): string => readFileSync(`${directory}/${file}`, 'utf8');
const nameOf = (file: string): string => file.slice(0, -'.json'.length);

/** By the bundle that workers load. */
const replay = (text: string, workflowId: string): Promise<void> => {
  const options = { workflowBundle: { codePath: builtFile('workflow-bundle.js') } };
  return Worker.runReplayHistory(options, fromHistoryFile(text), workflowId);
};

beforeAll(() => {
  // What a replay has to say comes as an error too.
  const telemetryOptions = { logging: { filter: 'off' } };
  Runtime.install({ logger: new DefaultLogger('ERROR', () => {}), telemetryOptions });
});

describe('the workflows of now go on with a migration that was begun before', () => {
  it.each(files)('%s', file => replay(read(file), nameOf(file)));

  it('there is a history of every way that a migration can go', () => {
    expect(files.map(nameOf)).toEqual(expect.arrayContaining(Object.keys(scenarios)));
  });

  it('a workflow that does other things than it did is found out', async () => {
    const altered = read('completed.json').replaceAll('"planRollback"', '"planSomethingElse"');
    await expect(replay(altered, 'completed')).rejects.toMatchObject({ name: 'DeterminismViolationError' });
  });
});

describe('the recorded histories', () => {
  it.each(files)('%s tells nothing of the machine on which it was recorded, and is small', file => {
    const decoded = read(file).replace(/"base64":"([^"]+)"/g, (_, data: string) =>
      Buffer.from(data, 'base64').toString(),
    );
    expect(decoded).not.toMatch(/(?:\/home|\/root|\/tmp|\/work|\/Users|node_modules|file:)\b/);
    expect(decoded.length).toBeLessThan(600_000);
  });
});
