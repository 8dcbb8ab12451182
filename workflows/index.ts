export { redisMigrationLock } from './lock.js';
export { redisMigration } from './migration.js';
export { redisMigrationUndo } from './undo.js';
export { redisVerification } from './verification.js';
