import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkNames } from '../../src/contract/checks.js';
import { defaults } from '../../src/contract/defaults.js';
import { errorTable } from '../../src/contract/errors.js';
import { messageDescriptions } from '../../src/contract/messages.js';
import { readInput } from '../../src/contract/read-input.js';
import { allPages, pages, sourcesOf } from './files.js';

const page = (path: string): string => pages.get(path) ?? '';
const variables = (text: string): string[] =>
  [...new Set(text.match(/REDIS_MIGRATION_[A-Z_]+/g))].filter(name => !name.endsWith('_')).sort();

describe('the documentation', () => {
  test.each([...pages])('%s links only to files that there are', (path, text) => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link]) => join(dirname(path), link ?? ''));
    expect(links.filter(link => !existsSync(link))).toEqual([]);
  });

  test('names only scripts that package.json has', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
    const named = [...allPages.matchAll(/npm run (?:-s )?([\w-]+)/g)].map(([, name]) => name ?? '');
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter(name => !(name in scripts))).toEqual([]);
  });

  test('has every error type, with cause and remedy', () => {
    const missing = Object.keys(errorTable).filter(type => !page('docs/operations.md').includes(`| \`${type}\` |`));
    expect(missing).toEqual([]);
  });

  test('has every message and every field that has a default', () => {
    const input = page('docs/input.md');
    expect(Object.keys(messageDescriptions).filter(name => !input.includes(`\`${name}\``))).toEqual([]);
    const sections = { verification: defaults.verification, cutover: defaults.cutover, observe: defaults.observe };
    const nested = Object.entries(sections).flatMap(([section, fields]) =>
      Object.keys(fields).map(name => `${section}.${name}`),
    );
    const fields = [...Object.keys(defaults).filter(name => !(name in sections)), ...nested];
    expect(fields.filter(name => !input.includes(`\`${name}`))).toEqual([]);
  });

  test('names the same variables as the code reads', () => {
    const code = sourcesOf('src', 'worker', 'scripts');
    expect(variables(allPages)).toEqual(variables(code));
  });

  test('accepts only checks that there are', () => {
    const accepted = [...allPages.matchAll(/"accept":\["([\w-]+)"\]/g)].map(([, name]) => name ?? '');
    expect(accepted.length).toBeGreaterThan(0);
    expect(accepted.filter(name => !(name in checkNames))).toEqual([]);
  });

  const inputs = readdirSync('examples/inputs').map(name => [name, readFileSync(`examples/inputs/${name}`, 'utf8')]);
  const inReadme = [...page('README.md').matchAll(/```json\n(\{\n {2}"source"[\s\S]*?)```/g)].map(([, text]) => [
    'README.md',
    text ?? '',
  ]);
  test.each([...inputs, ...inReadme])('the input in %s is accepted', (_name, text) => {
    expect(readInput(JSON.parse(text ?? '')).problems).toEqual([]);
  });
});
