import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The directory of this package's package.json, whether this runs compiled or not. */
export const packageRoot = (): string => {
  const above = (directory: string): string =>
    existsSync(join(directory, 'package.json')) || directory === dirname(directory)
      ? directory
      : above(dirname(directory));
  return above(dirname(fileURLToPath(import.meta.url)));
};

export const packageVersion = (): string => {
  const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { version: string };
  return version;
};

/** The compiled worker, a program of its own. */
export const workerEntry = (): string => join(packageRoot(), 'dist', 'worker', 'main.js');
