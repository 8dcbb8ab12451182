import { bracedReplicas, fencedPingPeriod } from '../cutover/config-file.js';
import type { Endpoint } from '../server/endpoint.js';
import { isSealed } from '../server/seal.js';
import {
  type OriginalSettings,
  replicaSettings,
  type SettingChange,
  type SettingName,
  strangerLogin,
} from './settings.js';

/** Lets a Sentinel never choose the target before the cutover. */
export const targetSettings = (source: Endpoint): OriginalSettings => ({
  ...replicaSettings(source),
  'replica-priority': '0',
});
export const sourceSettings = (target: Endpoint): OriginalSettings => replicaSettings(target);

/** What the migration is going to set on both servers, and what it stands at. Secrets show as `***`. */
export function plannedChanges(
  originals: { source: OriginalSettings; target: OriginalSettings },
  source: Endpoint,
  target: Endpoint,
): SettingChange[] {
  return [
    ...differences('target', originals.target, { ...targetSettings(source), ...strangerLogin }),
    ...differences('source', originals.source, { ...sourceSettings(target), ...strangerLogin }),
    ...(['target', 'source'] as const).flatMap(side => passing(side, originals[side])),
  ];
}

/** What stands for the time of the switch only, or in the file only. */
export function passing(side: SettingChange['side'], originals: OriginalSettings): SettingChange[] {
  const lag = originals['min-replicas-max-lag'];
  const from = originals['repl-ping-replica-period'] ?? '10';
  return [
    bracing(side, originals),
    ...(lag === '0' ? [{ ...bracing(side, originals), what: 'min-replicas-max-lag', from: lag, to: '10' }] : []),
    { side, what: 'repl-ping-replica-period', from, to: `${fencedPingPeriod}, while it is fenced` },
  ];
}

/** The login as a stranger outlasts the one by which the link was made. */
export function withStranger(changes: SettingChange[], side: SettingChange['side'], originals: OriginalSettings) {
  const others = changes.filter(({ what }) => !(what in strangerLogin));
  return [...others, ...differences(side, originals, strangerLogin)];
}

/** What stands in the configuration file for the time of the switch; in memory it never changes. */
export const bracing = (side: SettingChange['side'], originals: OriginalSettings): SettingChange => ({
  side,
  what: 'min-replicas-to-write',
  from: originals['min-replicas-to-write'] ?? '0',
  to: `${bracedReplicas}, in the configuration file only`,
});

function differences(
  side: SettingChange['side'],
  originals: OriginalSettings,
  wanted: OriginalSettings,
): SettingChange[] {
  return (Object.keys(wanted) as SettingName[]).flatMap(name => {
    const [from, to] = [originals[name], wanted[name] ?? ''];
    return from === undefined || from === to
      ? []
      : [{ side, what: name, from: shown(from), to: name === 'masterauth' && to ? '***' : to }];
  });
}

const shown = (value: string): string => (isSealed(value) ? '***' : value);
