export { showKey } from '../keys/key-name.js';
export { compareSuspects, type SuspectBounds, type SuspectsCompared } from './compare-suspects.js';
export type { DifferenceKind } from './difference.js';
export type { RepairOptions, VerificationMode, VerificationOptions } from './options.js';
export type { VerificationProgress, VerificationResult } from './progress.js';
export { type Suspect, showSuspect } from './suspects.js';
export { type VerificationHooks, verify } from './verify.js';
