import { Random } from './random.js';
import type { Soak, SoakPlace } from './soak.js';

export interface SoakOptions {
  seed: number;
  rounds: number;
  progress?: (line: string) => void;
}

export interface SoakResult {
  seed: number;
  rounds: number;
  /** Each can be had again with its own seed and one round. */
  failures: Array<{ seed: number; error: string }>;
  totals: Record<string, number>;
}

/** Runs the rounds one after the other, each with the next seed; goes on after a failure, in a place made anew. */
export async function runSoak(
  soak: Soak,
  { seed: first, rounds, progress = () => {} }: SoakOptions,
): Promise<SoakResult> {
  const result: SoakResult = { seed: first, rounds, failures: [], totals: {} };
  let place: SoakPlace | undefined;
  try {
    for (let seed = first; seed < first + rounds; seed++) {
      place ??= await soak.open();
      try {
        const numbers = await place.round(new Random(seed));
        add(result.totals, numbers);
        progress(`seed ${seed}: ${JSON.stringify(numbers)}`);
      } catch (error) {
        result.failures.push({ seed, error: String(error) });
        progress(`seed ${seed} FAILED: ${(error as Error).stack}`);
        await place.close();
        place = undefined;
      }
    }
    return result;
  } finally {
    await place?.close();
  }
}

function add(totals: Record<string, number>, numbers: Record<string, number>): void {
  for (const [name, number] of Object.entries(numbers)) totals[name] = (totals[name] ?? 0) + number;
}
