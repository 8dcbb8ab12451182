import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const folder = join(import.meta.dirname, '../../src/report');

/** The workflow's query renders the report, in a sandbox without Node. */
test('the report needs nothing but the contract', () => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(20);
  for (const file of files) {
    const text = readFileSync(join(folder, file), 'utf8').replace(/\/\*.*?\*\/|\/\/ [^\n]*/gs, '');
    const imported = [...text.matchAll(/from '([^']+)'/g)].map(([, path]) => path ?? '');
    for (const path of imported)
      expect(path, file).toMatch(
        file.includes('/') ? /^\.\.?\/[\w-]+\.js$|^\.\.\/\.\.\/contract\// : /^\.\/|^\.\.\/contract\//,
      );
    expect(text, file).not.toMatch(/\b(Buffer|process|Date\.now|Math\.random|performance)\b|new Date\(\)/);
  }
});
