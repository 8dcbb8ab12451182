import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * The compiled file of that path (`worker/main.js`), from the compiled laboratory as well as from its source under
 * vitest: other processes run plain JavaScript only.
 */
export function builtFile(path: string): string {
  const places = [`../../${path}`, `../../dist/${path}`].map(place => fileURLToPath(new URL(place, import.meta.url)));
  const found = places.find(existsSync);
  if (!found) throw new Error(`dist/${path} doesn't exist: run 'npm run build' first`);
  return found;
}
