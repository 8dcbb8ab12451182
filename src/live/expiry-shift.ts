import { farExpiry } from '../values/expiry.js';

/**
 * While a target is fed, its keys expire so much later than on the source, more than 1000 years, and so never: what expires
 * there comes as a deletion in the stream. Otherwise a key that the source renews in its last moment would be gone on the
 * target before that is heard there. Expiries beyond it are left as they are, so that what is shifted can be told.
 */
export const expiryShiftMs = farExpiry;
