import type { CopyPlan, Endpoints } from '../src/copy/index.js';

/** A cluster is found by any of its nodes, so that the one that was named may fail meanwhile. */
export const withNodes = ({ source, target }: Endpoints, nodes: CopyPlan['nodes'] | null | undefined): Endpoints => ({
  source: { ...source, others: nodes?.source ?? [] },
  target: { ...target, others: nodes?.target ?? [] },
});
