import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (name: string) => readFileSync(join(root, name), 'utf8');
const lines = (name: string) => read(name).replaceAll('\\\n', ' ').split('\n');

interface Service {
  build?: string;
  image?: string;
  command?: string[];
  environment?: Record<string, string>;
  secrets?: string[];
  ports?: string[];
  healthcheck?: object;
  'x-no-healthcheck'?: string;
  depends_on?: Record<string, { condition: string }>;
}

interface Compose {
  services: Record<string, Service>;
  secrets: Record<string, { file: string }>;
}

const text = read('docker-compose.yml');
const { services, secrets } = parse(text, { merge: true }) as Compose;
const all = Object.entries(services);

const isChecked = ({ build, healthcheck }: Service) =>
  Boolean(healthcheck ?? (build && /^HEALTHCHECK/m.test(read('Dockerfile'))));

function sourcesOfProduct(): string {
  const files = ['src', 'worker', 'activities'].flatMap(top =>
    readdirSync(join(root, top), { recursive: true, encoding: 'utf8' }).map(name => join(top, name)),
  );
  return files
    .filter(name => name.endsWith('.ts'))
    .map(read)
    .join('\n');
}

describe('docker-compose.yml', () => {
  it.each(all)('checks the health of %s, or says why not', (_, service) => {
    expect(isChecked(service) || service['x-no-healthcheck']).toBeTruthy();
  });

  it.each(all)('lets %s wait only for what can come about', (_, { depends_on = {} }) => {
    for (const [name, { condition }] of Object.entries(depends_on)) {
      const other = services[name];
      const expected = other && isChecked(other) ? 'service_healthy' : 'service_completed_successfully';
      expect({ name, known: other !== undefined, condition }).toEqual({ name, known: true, condition: expected });
    }
  });

  it.each(all)('shows no password in %s', (_, { environment = {}, command = [] }) => {
    const secretive = Object.entries(environment).filter(([name]) => /PASS|PWD|TOKEN|KEY/i.test(name));
    for (const [name, value] of secretive) expect(`${name}=${value}`).toMatch(/=\/run\/secrets\/[\w-]+$/);
    const script = command.join(' ');
    for (const [, value] of script.matchAll(/(?:requirepass|masterauth|PASSWORD=|PWD=|-a)\s*(\S+)/g)) {
      expect(value).toMatch(/^("%s"|"?\$\$\(cat)/);
    }
  });

  it('has no credentials in an address', () => {
    expect(text).not.toMatch(/:\/\/[^\s/'"]*@/);
  });

  it.each(all)(
    'gives %s the secrets that it reads, and no others',
    (_, { environment = {}, command = [], secrets: given = [] }) => {
      const named = JSON.stringify([environment, command]).matchAll(/\/run\/secrets\/([\w-]+)/g);
      const needed = new Set([...named].map(([, name]) => name));
      // The worker reads what a migration's input names.
      if ('REDIS_MIGRATION_SECRET_DIR' in environment)
        for (const name of ['source-password', 'target-password']) needed.add(name);
      expect(new Set(given)).toEqual(needed);
      for (const name of given) expect(secrets[name]?.file).toBe(`./secrets/${name}`);
    },
  );

  it('publishes ports to this machine only', () => {
    const published = all.flatMap(([, { ports = [] }]) => ports);
    expect(published.length).toBeGreaterThan(0);
    for (const port of published) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  it('tells the worker by names that the code reads', () => {
    const environment = services.worker?.environment ?? {};
    const { TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, ...own } = environment;
    const { namespace, connectionOptions } = loadClientConnectConfig({
      disableFile: true,
      overrideEnvVars: environment,
    });
    expect([connectionOptions.address, namespace]).toEqual([TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE]);
    expect(TEMPORAL_ADDRESS).toBe('temporal:7233');
    const expected = ['REDIS_MIGRATION_TASK_QUEUE', 'REDIS_MIGRATION_SECRET_ENV', 'REDIS_MIGRATION_SECRET_DIR'];
    expect(Object.keys(own)).toEqual(expected);
    const product = sourcesOfProduct();
    expect(expected.filter(name => !product.includes(name))).toEqual([]);
  });
});

describe('Dockerfile', () => {
  const copies = lines('Dockerfile').filter(line => /^COPY (?!--from)/.test(line));
  const copied = copies.flatMap(line => line.split(/\s+/).slice(1, -1));
  const allowed = lines('.dockerignore')
    .filter(line => line.startsWith('!'))
    .map(line => line.slice(1));

  it('copies only what exists', () => {
    expect(copied.length).toBeGreaterThan(5);
    expect(copied.filter(name => !existsSync(join(root, name)))).toEqual([]);
  });

  it('is let in what it copies, and nothing else', () => {
    expect(new Set(copied.map(name => name.split('/')[0]))).toEqual(new Set(allowed));
  });

  it('runs as an ordinary user, with the packages of production only', () => {
    const last = lines('Dockerfile').slice(lines('Dockerfile').findLastIndex(line => line.startsWith('FROM')));
    expect(last).toContain('USER node');
    expect(last.join('\n')).toMatch(/--from=packages \S+node_modules/);
    expect(read('Dockerfile')).toMatch(/AS packages\n(#.*\n)*RUN npm ci --omit=dev/);
    expect(last.join('\n')).not.toMatch(/redis-server|temporal-cli/);
  });
});
