import { bareCutover } from './bare-cutover.js';
import { cutoverModel } from './cutover-model.js';
import { cutovers } from './cutovers.js';
import { live } from './live.js';
import { liveVersions } from './live-versions.js';
import { randomKills } from './random-kills.js';
import { restartedServers } from './restarted-servers.js';
import type { Soak } from './soak.js';
import { struckCutovers } from './struck-cutovers.js';
import { versions } from './versions.js';

/** Every long run by its name: one file each. */
export const soaks: Record<string, Soak> = {
  'bare-cutover': bareCutover,
  'cutover-model': cutoverModel,
  cutovers,
  live,
  'live-versions': liveVersions,
  'random-kills': randomKills,
  'restarted-servers': restartedServers,
  'struck-cutovers': struckCutovers,
  versions,
};
