import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtFile } from '../lab/built.js';
import { waitFor } from '../lab/index.js';
import { isAnswered } from '../lab/ports.js';

const directory = mkdtempSync(join(tmpdir(), 'demo-'));
const temporary = mkdtempSync(join(tmpdir(), 'demo-tmp-'));
afterAll(() => {
  for (const path of [directory, temporary]) rmSync(path, { recursive: true, force: true });
});

/** Every process that the demo starts inherits it. */
const mark = `DEMO_TEST=${randomUUID()}`;

/** What still runs of the demo, by the environment; where there is no /proc, its ports alone tell. */
const leftRunning = (): string[] => {
  try {
    return readdirSync('/proc').filter(pid => /^\d+$/.test(pid) && environmentOf(pid).includes(mark));
  } catch {
    return [];
  }
};

const environmentOf = (pid: string): string[] => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    // Ended meanwhile, or somebody else's.
    return [];
  }
};

async function runDemo(): Promise<{ code: number | null; output: string }> {
  const [name = '', value] = mark.split('=');
  const child = spawn(process.execPath, [builtFile('examples/demo.js')], {
    cwd: directory,
    env: { ...process.env, TMPDIR: temporary, [name]: value },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', text => {
      output += text;
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

describe('npm run demo', () => {
  let demo: Awaited<ReturnType<typeof runDemo>>;
  beforeAll(async () => {
    demo = await runDemo();
  });

  it('ends well, and proves that nothing was lost', () => {
    expect(demo).toMatchObject({ code: 0, output: expect.stringContaining('No acknowledged write was lost.') });
    const figure = (name: string) => Number(new RegExp(`^ {2}${name} +([\\d.]+)`, 'm').exec(demo.output)?.[1]);
    expect(figure('writes acknowledged')).toBeGreaterThan(1000);
    for (const name of ['lost', 'applied twice', 'out of order or unknown', 'taken by both servers'])
      expect([name, figure(name)]).toEqual([name, 0]);
    expect(figure('write pause')).toBeGreaterThan(0);
    expect(figure('write pause')).toBeLessThan(5000);
  });

  it('walks the checklist to its end, with nothing that an operator would have to mend', () => {
    expect(demo.output).toMatch(/step report: passed|phase completed/);
    expect(demo.output).not.toMatch(/waiting-for-operator|: failed/);
  });

  it('leaves the report where it says, and nothing else', async () => {
    const [, file = ''] = /^The report \(whole: (.+)\)$/m.exec(demo.output) ?? [];
    expect(readFileSync(join(directory, file), 'utf8')).toMatch(/^# Migration/);
    const ports = [...demo.output.matchAll(/^ {2}(?:source|target|Temporal|its UI) .*:(\d+)$/gm)].map(([, port]) =>
      Number(port),
    );
    expect(ports).toHaveLength(4);
    expect(await Promise.all(ports.map(isAnswered))).toEqual([false, false, false, false]);
    await waitFor(() => leftRunning(), { what: 'every process to be gone', until: pids => pids.length === 0 });
    await waitFor(() => readdirSync(temporary), { what: 'every file to be gone', until: names => names.length === 0 });
  });
});
