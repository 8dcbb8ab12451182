import type { Decoder } from './decoder.js';

/** Only its module knows what it means. */
export const moduleOpaque = (): Decoder => (_, row) => row.refuse("a module's value, for which there are no commands");
