import type { Rewrite } from '../row.js';

/** For commands that a source never sends as they are, and whose effect they don't tell. */
export const neverSent: Rewrite = () => 'fetch';

/** For commands that may use keys which they don't name. */
export const unlessPartly: Rewrite = (_command, { wholly }) => (wholly ? 'same' : 'fetch');
