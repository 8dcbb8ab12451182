/** Types of build.mjs, which is plain JavaScript because it runs before anything is compiled. */
export declare function build(options: { root: string; quiet?: boolean; lenient?: boolean }): Promise<void>;
