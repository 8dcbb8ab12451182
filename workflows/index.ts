export { redisMigrationLock } from './lock.js';
export { redisMigration } from './migration.js';
export { redisSnapshot } from './snapshot.js';
export { redisMigrationUndo } from './undo.js';
export { redisVerification } from './verification.js';
