import { InvalidArgumentError, Option } from 'commander';
import { type MessageName, messageDescriptions } from '../../contract/messages.js';
import { parseSize } from '../../contract/units.js';
import { isRecord } from '../client/read-status.js';
import { parseJson } from '../input/parse-json.js';

export interface MessageSpec {
  /** As typed. */
  command: string;
  name: MessageName;
  description: string;
  options: Option[];
  argument(flags: Record<string, unknown>): object;
}

const size = (text: string): number => {
  const bytes = parseSize(text);
  if (bytes === undefined) throw new InvalidArgumentError('Expected a size such as 4096 or "1MiB".');
  return bytes;
};

// Commander takes a null for a value that is missing: it stays a word until it is sent.
const countOrNone = (text: string): number | 'none' => {
  if (text === 'none') return text;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Expected a whole number from 1, or "none".');
  return Number(text);
};

const sizeOrNone = (text: string): number | 'none' => (text === 'none' ? text : size(text));

const patch = (text: string): object => {
  const value = parseJson(text, 'The patch');
  if (!isRecord(value)) throw new InvalidArgumentError('Expected a JSON object.');
  return value;
};

const reason = () => new Option('--reason <text>', 'kept in the report');

/** Only the flags that were given, by the message's own field names. */
const fields =
  (...names: readonly string[]) =>
  (flags: Record<string, unknown>): object =>
    Object.fromEntries(names.filter(name => flags[name] !== undefined).map(name => [name, sent(flags[name])]));

const sent = (value: unknown): unknown => (value === 'none' ? null : value);

const specOf = (name: MessageName, options: Option[] = [], command: string = name): MessageSpec => ({
  command,
  name,
  description: messageDescriptions[name].replace(/ ?\{.*$/, '').replace(/:$/, '.'),
  options,
  argument: fields(...options.map(option => option.attributeName())),
});

export const messageSpecs = (): MessageSpec[] => [
  specOf('cutover', [
    new Option('--accept-loss-bytes <size>', 'also a promotion that cannot drain, losing at most so much').argParser(
      size,
    ),
  ]),
  specOf('pause'),
  specOf('resume'),
  specOf('retry', [new Option('--patch <json>', 'fields of the input put right').argParser(patch)]),
  specOf('abort', [reason()]),
  specOf('rollback', [reason()]),
  specOf('complete'),
  specOf(
    'setRate',
    [
      new Option('--max-keys-per-second <n>', 'or none').argParser(countOrNone),
      new Option('--max-bytes-per-second <size>', 'or none').argParser(sizeOrNone),
    ],
    'set-rate',
  ),
];
