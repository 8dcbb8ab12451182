import { expect, test } from 'vitest';
import { managedService } from '../../src/preflight/managed-service.js';
import { brief, contextOf, start, startPair, texts } from './support.js';

test('commands that a service has taken away are refused, dispensable ones warned of', async () => {
  const [source, target] = await startPair();
  expect(brief(await managedService(await contextOf(source, target)))).toEqual(['source pass', 'target pass']);

  const managed = await start({ config: { 'rename-command': 'CONFIG ""\nrename-command REPLICAOF elsewhere' } });
  const results = await managedService(await contextOf(source, managed));
  expect(brief(results)).toEqual(['source pass', 'target failure (final)']);
  expect(texts(results)).toMatch(/doesn't know CONFIG GET, CONFIG SET, CONFIG REWRITE, REPLICAOF.*managed service/);

  const live = { input: { method: 'live' as const } };
  const without = await managedService(await contextOf(source, managed, live));
  expect(brief(without)).toEqual(['source pass', 'target warning']);
  expect(texts(without)).toMatch(/REPLICAOF.*there will be no way back/);
  expect(brief(await managedService(await contextOf(managed, target, live)))).toEqual([
    'source failure (final)',
    'target pass',
  ]);

  const renamed = await start({ config: { 'rename-command': 'MIGRATE ""' } });
  const dispensable = await managedService(await contextOf(renamed, target));
  expect(brief(dispensable)).toEqual(['source warning', 'target pass']);
});
