import { expect, test } from 'vitest';
import { runChecks } from '../../src/preflight/index.js';
import { describeEachVersion } from '../support/each-version.js';
import { contextOf, start, texts } from './support.js';

describeEachVersion('a source that has no command of a replica by its name', version => {
  test.each(['PSYNC', 'REPLCONF', 'CONFIG'])('can not be followed: %s is named', async command => {
    const config = { 'rename-command': `${command} something-else` };
    const [source, target] = await Promise.all([start({ version, config }), start({ version })]);
    const context = await contextOf(source, target, { input: { method: 'live' } });
    const results = await runChecks('authentication', context);
    const failed = results.filter(({ side, outcome }) => side === 'source' && outcome === 'failure');
    expect(texts(failed)).toMatch(new RegExp(`doesn't know .*${command}.*rename-command`));
    expect((await source.info('all')).sync_full).toBe('0');
  });
});
