import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const tops = ['src', 'workflows', 'activities', 'worker'];

interface Import {
  from: string;
  /** A package's name, or a path of this project with a slash before it. */
  to: string;
  /** Erased by the compiler: it is no dependency at run time. */
  typeOnly: boolean;
}

interface Rule {
  name: string;
  /** The files that the rule is about. */
  files: RegExp;
  except?: RegExp;
  /** What they may import; everything else is a violation. */
  allowed: RegExp;
  /** What they may import besides, as types only. */
  allowedTypes?: RegExp;
}

const rules: Rule[] = [
  {
    name: 'src knows Redis, and nothing of Temporal',
    files: /^src\//,
    except: /^src\/(cli\/|index\.ts)/,
    allowed: /^\/src\/(?!cli\/)|^(?!@temporalio\/)[@\w]/,
  },
  {
    name: 'the contract stands alone, since workflows load it into their sandbox',
    files: /^src\/contract\//,
    allowed: /^\/src\/contract\//,
    allowedTypes: /^\/src\/(?!cli\/)/,
  },
  {
    name: 'workflows import the contract and the report, which are pure, and of everything else types only',
    files: /^workflows\//,
    allowed: /^\/workflows\/|^\/src\/(contract|report)\/|^@temporalio\/(workflow|common)$/,
    allowedTypes: /^\/(activities|src)\/(?!cli\/)/,
  },
  {
    name: 'the report is written by workflows too, in their sandbox',
    files: /^src\/report\//,
    allowed: /^\/src\/(contract|report)\//,
    allowedTypes: /^\/src\/(?!cli\/)/,
  },
  { name: 'activities import src', files: /^activities\//, allowed: /^\/(activities|src)\/|^[@\w]/ },
  { name: 'the worker joins them', files: /^worker\//, allowed: /^\/(worker|workflows|activities|src)\/|^[@\w]/ },
];

// Everything between the keyword and the module's name, over several lines, but never over a statement's end.
const statement =
  /^\s*(import|export)\s(?:([^;'"]*?)\sfrom\s*)?['"]([^'"]+)['"]|\b(?:import|require)\(\s*['"]([^'"]+)['"]/gm;

function importsOf(file: string, text: string): Import[] {
  return [...text.matchAll(statement)].map(([, , clause, named, dynamic]) => ({
    from: file,
    to: resolve(file, named ?? dynamic ?? ''),
    typeOnly: clause?.startsWith('type ') ?? false,
  }));
}

function resolve(file: string, specifier: string): string {
  return specifier.startsWith('.') ? normalize(join('/', dirname(file), specifier)) : specifier;
}

/** What a file does against the rules, one sentence each. */
function violations(file: string, text: string): string[] {
  const mine = rules.filter(rule => rule.files.test(file) && !rule.except?.test(file));
  const found = importsOf(file, text).flatMap(each =>
    mine.filter(rule => !permits(rule, each)).map(rule => `${file} imports ${each.to}: ${rule.name}`),
  );
  return /^export default\b/m.test(text) ? [...found, `${file} has a default export`] : found;
}

function permits({ allowed, allowedTypes }: Rule, { to, typeOnly }: Import): boolean {
  return allowed.test(to) || (typeOnly && allowedTypes?.test(to) === true);
}

function sources(): string[] {
  return tops.flatMap(top =>
    readdirSync(join(root, top), { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.ts'))
      .map(name => join(top, name)),
  );
}

describe('imports point one way', () => {
  it('holds in every file, without default exports', () => {
    const files = sources();
    expect(files.length).toBeGreaterThan(5);
    expect(files.flatMap(file => violations(file, readFileSync(join(root, file), 'utf8')))).toEqual([]);
  });

  it.each([
    ['src/copy/scan.ts', "import { Context } from '@temporalio/activity';"],
    ['src/copy/scan.ts', "import { run } from '../../worker/main.js';"],
    ['src/copy/scan.ts', "const { run } = await import('../../workflows/index.js');"],
    ['src/copy/scan.ts', "import { show } from '../cli/show.js';"],
    ['src/contract/input.ts', "import { readFile } from 'node:fs/promises';"],
    ['src/contract/input.ts', "export * from '../server/connect.js';"],
    ['workflows/migration.ts', "import 'node:crypto';"],
    ['workflows/migration.ts', "import {\n  type A,\n  createActivities,\n} from '../activities/index.js';"],
    ['workflows/migration.ts', "import { connect } from '../src/server/connect.js';"],
    ['activities/verify.ts', "import { migration } from '../workflows/migration.js';"],
    ['worker/main.ts', "import { lab } from '../test/lab/lab.js';"],
    ['worker/main.ts', 'export default function main() {}'],
  ])('catches a violation in %s: %s', (file, text) => {
    expect(violations(file, text)).toHaveLength(1);
  });

  it.each([
    ['src/cli/main.ts', "import { Client } from '@temporalio/client';"],
    ['src/index.ts', "export { plugin } from '../worker/plugin.js';"],
    ['src/server/connect.ts', "import { Redis } from 'ioredis';\nimport { connect } from 'node:net';"],
    ['workflows/migration.ts', "import type { createActivities } from '../activities/index.js';"],
    ['workflows/migration.ts', "import type { Baseline } from '../src/preflight/baseline.js';"],
    ['workflows/migration.ts', "import { steps } from '../src/contract/steps.js';"],
    ['activities/verify.ts', "import { verify } from '../src/verification/verify.js';"],
    ['worker/main.ts', "import { Worker } from '@temporalio/worker';\nimport * as w from '../workflows/index.js';"],
  ])('allows what belongs there in %s: %s', (file, text) => {
    expect(violations(file, text)).toEqual([]);
  });
});
