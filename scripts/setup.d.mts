/** Types of setup.mjs, which is plain JavaScript because it runs before any package is there. */
export interface SetupOptions {
  root?: string;
  env?: NodeJS.ProcessEnv;
  fresh?: boolean;
  quiet?: boolean;
  places?: string[];
}

export interface Binaries {
  temporal: string;
  redisServer: string;
}

export declare const projectRoot: string;
export declare function setup(options?: SetupOptions): Promise<Binaries>;
