import { parseArgs } from 'node:util';
import { runSoak } from './run-soak.js';
import { soaks } from './soaks.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string' }, rounds: { type: 'string' } },
});
const [name] = positionals;
if (name === undefined) list();
else await run(name);

/** A line a round on standard error, the result as JSON on standard output; exit code 1 when a round failed. */
async function run(name: string): Promise<void> {
  const soak = soaks[name];
  if (!soak) throw new Error(`no soak run ${name}; there are: ${Object.keys(soaks).join(', ')}`);
  const result = await runSoak(soak, {
    seed: wholeNumber('seed') ?? Math.floor(Math.random() * 1_000_000),
    rounds: wholeNumber('rounds') ?? soak.rounds,
    progress: line => process.stderr.write(`${line}\n`),
  });
  process.stdout.write(`${JSON.stringify({ soak: name, ...result }, null, 2)}\n`);
  for (const { seed } of result.failures)
    process.stderr.write(`again: npm run soak -- ${name} --seed ${seed} --rounds 1\n`);
  if (result.failures.length > 0) process.exitCode = 1;
}

function wholeNumber(option: 'seed' | 'rounds'): number | undefined {
  const text = values[option];
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text))
    throw new Error(`--${option} takes a whole number below 10^9, not ${JSON.stringify(text)}`);
  return Number(text);
}

function list(): void {
  for (const [name, { describes, rounds }] of Object.entries(soaks))
    process.stdout.write(`${name}\n    ${describes}\n    --seed S --rounds ${rounds}\n`);
}
