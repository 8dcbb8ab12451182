/** The task queue of the workers that have one directory for spools: work that goes on from a spool is done where that is. */
export const spoolQueue = (taskQueue: string, spoolId: string): string => `${taskQueue}-spool-${spoolId}`;
