import { list, record } from '../contract/collections.js';
import { duration, matching } from '../contract/fields.js';
import { isObject, object, orNull, type Reader, required, text, withDefault } from '../contract/schema.js';
import { kindOf } from '../contract/show.js';
import type { CommandHook, Hook, WebhookHook } from './hook.js';

/** One hook of the worker's configuration; its name is the caller's to fill in. */
export const hookReader: Reader<Hook | undefined> = (value, path, problems) => {
  const isWebhook = isObject(value) && Object.hasOwn(value, 'webhook');
  if (isObject(value) && isWebhook === Object.hasOwn(value, 'command')) {
    problems.add(path, 'expected either a command or a webhook');
    return undefined;
  }
  return isWebhook ? webhookReader(value, path, problems) : commandReader(value, path, problems);
};

const timeout = withDefault(duration('1ms', '1h'), '10s');
/** Values may be secrets: none is echoed. */
const value = matching('text without line breaks and control characters', /^[^\p{Cc}]{0,8192}$/u);
const name = /^(?!MIGRATION_)[A-Za-z_][A-Za-z0-9_]{0,127}$/;
const ownHeaders = 'content-type|content-length|host|idempotency-key|x-migration-signature';

const commandShape = object({
  command: required(list(matching('text', /^[^\0]*$/), 1_000), []),
  timeout,
  env: withDefault(record('the name of a variable, not MIGRATION_...,', name, value, 1_000), {}),
});

const commandReader: Reader<CommandHook> = (given, path, problems) => {
  const { command, timeout: timeoutMs, env } = commandShape(given, path, problems);
  const [file = '', ...args] = command;
  if (!file.startsWith('/') && !problems.refused(`${path}.command`)) {
    problems.add(`${path}.command`, 'expected an absolute path, then its arguments');
  }
  return { kind: 'command', name: '', command: [file, ...args], timeoutMs, env };
};

const webhookShape = object({
  webhook: required(text('a url, http:// or https://, without credentials', asWebUrl, kindOf), ''),
  timeout,
  headers: withDefault(
    record(
      "the name of a header that isn't our own",
      new RegExp(`^(?!(${ownHeaders})$)[\\w.-]{1,128}$`, 'i'),
      value,
      100,
    ),
    {},
  ),
  secretEnv: orNull(matching('the name of a variable of the environment', /^[A-Za-z_][A-Za-z0-9_]{0,127}$/)),
});

const webhookReader: Reader<WebhookHook> = (given, path, problems) => {
  const { webhook: url, timeout: timeoutMs, ...rest } = webhookShape(given, path, problems);
  return { kind: 'webhook', name: '', url, timeoutMs, ...rest };
};

function asWebUrl(given: string): string | undefined {
  if (!URL.canParse(given)) return undefined;
  const { protocol, username, password } = new URL(given);
  return /^https?:$/.test(protocol) && !username && !password ? given : undefined;
}
