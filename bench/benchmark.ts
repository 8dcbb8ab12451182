/** One figure's measurement: `npm run bench -- NAME --SETTING VALUE`. */
export interface Benchmark<Settings extends Record<string, number> = Record<string, number>> {
  /** What it measures, in a line. */
  describes: string;
  /** Every setting, with its default. */
  settings: Settings;
  run(settings: Settings, progress: (line: string) => void): Promise<Measured>;
}

export interface Measured {
  /** Settings that the Redis servers ran with, where figures depend on them. */
  servers?: Record<string, string>;
  figures: unknown;
  /** Contenders against each other, within this one run on this one machine: the only comparison that travels. */
  ratios: Record<string, number>;
}

/** A benchmark with its own settings type, as a row of a table of all of them. */
export const benchmark = <Settings extends Record<string, number>>(it: Benchmark<Settings>): Benchmark =>
  it as unknown as Benchmark;
