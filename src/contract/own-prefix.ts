/** The product's own keys (markers, checkpoints) begin with it. */
export const ownPrefix = '__redis-migration:';
