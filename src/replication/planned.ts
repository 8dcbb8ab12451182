import type { Endpoint } from '../server/endpoint.js';
import { isSealed } from '../server/seal.js';
import { type OriginalSettings, replicaSettings, type SettingChange, type SettingName } from './settings.js';

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
    ...differences('target', originals.target, targetSettings(source)),
    ...differences('source', originals.source, sourceSettings(target)),
  ];
}

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
