import { loadavg } from 'node:os';
import { benchmarks } from './benchmarks.js';
import { machine, versions } from './machine.js';
import { readSettings } from './settings.js';

const [name, ...rest] = process.argv.slice(2);
if (name === undefined) list();
else await measure(name, rest);

/** One JSON document on standard output; how it goes on, on standard error. */
async function measure(name: string, args: string[]): Promise<void> {
  const benchmark = benchmarks[name];
  if (!benchmark) throw new Error(`no benchmark ${name}; there are: ${Object.keys(benchmarks).join(', ')}`);
  const settings = readSettings(benchmark.settings, args);
  const about = { benchmark: name, at: new Date().toISOString(), machine: machine(), versions: versions(), settings };
  const measured = await benchmark.run(settings, line => process.stderr.write(`${line}\n`));
  process.stdout.write(`${JSON.stringify({ ...about, loadAverageAfter: loadavg(), ...measured }, null, 2)}\n`);
}

function list(): void {
  for (const [name, { describes, settings }] of Object.entries(benchmarks)) {
    const options = Object.entries(settings).map(([setting, value]) => `--${setting} ${value}`);
    process.stdout.write(`${name}\n    ${describes}\n    ${options.join(' ')}\n`);
  }
}
