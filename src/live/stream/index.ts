export { farExpiry, shifted } from '../../values/expiry.js';
export { type Ahead, AheadKeys } from './ahead-keys.js';
export { StreamError } from './stream-error.js';
export type { StreamLimits } from './stream-limits.js';
export { StreamReader } from './stream-reader.js';
export { rowByPositions } from './table/index.js';
export { levelOf, type TargetServer } from './target-server.js';
export type { SourceKey, Translation } from './translation.js';
export { Translator, type TranslatorOptions } from './translator.js';
