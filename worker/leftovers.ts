import { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { type NativeConnection, Runtime } from '@temporalio/worker';
import { removeLeftovers } from '../src/live/spool/leftovers.js';

const hourMs = 3_600_000;
const graceMs = 24 * hourMs;

/**
 * Removes from a directory for spools, at once and every hour, those of migrations that have been over for a day.
 * @returns how to end that
 */
export function tidySpools(connection: NativeConnection, namespace: string, dir: string): () => void {
  const { logger } = Runtime.instance();
  const { workflow } = new Client({ connection, namespace });
  /** By its id alone: a run that was continued, or reset, counts as its newest. */
  const endOf = async (workflowId: string) => {
    try {
      const { closeTime } = await workflow.getHandle(workflowId).describe();
      return closeTime?.getTime() ?? 'running';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return 'unknown';
      throw error;
    }
  };
  const tidy = async () => {
    try {
      const removed = await removeLeftovers({ dir, namespace, graceMs, endOf });
      if (removed.length > 0) logger.info('removed the spools of migrations that are over', { workflowIds: removed });
    } catch (error) {
      logger.warn('spools were not looked through', { error });
    }
  };
  void tidy();
  const timer = setInterval(tidy, hourMs);
  return () => clearInterval(timer);
}
