import { readdirSync, readFileSync } from 'node:fs';

/** What a person reads first, by its path from the project's root. */
export const pages: ReadonlyMap<string, string> = new Map(
  ['README.md', 'CHANGELOG.md', ...readdirSync('docs').map(name => `docs/${name}`)].map(path => [
    path,
    readFileSync(path, 'utf8'),
  ]),
);

export const allPages = [...pages.values()].join('\n');

/** Everything of a kind in a folder, as one text. */
export function sourcesOf(...folders: string[]): string {
  return folders
    .flatMap(folder => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(name => `${folder}/${name}`))
    .filter(path => /\.(ts|mjs)$/.test(path))
    .map(path => readFileSync(path, 'utf8'))
    .join('\n');
}
