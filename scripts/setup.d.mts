/** Types of setup.mjs, which is plain JavaScript because it runs before any package is there. */
export interface SetupOptions {
  root?: string;
  env?: NodeJS.ProcessEnv;
  fresh?: boolean;
  quiet?: boolean;
  places?: string[];
  servers?: 'now' | 'daily';
}

export interface Binaries {
  temporal: string;
  redisServer: string;
  /** Paths by version, `6.2` or `valkey-8.1`, when they were asked for. */
  servers?: Record<string, string>;
  /** Why the others can't be had; `skipped` when that is as it must be on this machine. */
  missing?: Array<{ id: string; reason: string; skipped?: true }>;
}

export declare const projectRoot: string;
export declare function setup(options?: SetupOptions): Promise<Binaries>;
