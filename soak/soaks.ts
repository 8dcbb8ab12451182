import { bareCutover } from './bare-cutover.js';
import type { Soak } from './soak.js';

/** Every long run by its name: one file each. */
export const soaks: Record<string, Soak> = { 'bare-cutover': bareCutover };
