import type { Frame } from './options.js';
import { wrap } from './text.js';

const labelWidth = 11;

/** `Label      text`, the text wrapped and indented to its column. Nothing without a text. */
export const labelled = (label: string, texts: readonly string[], { width, paint }: Frame): string[] =>
  texts
    .flatMap(text => wrap(text, width - labelWidth))
    .map((line, index) => (index === 0 ? paint('bold', label.padEnd(labelWidth)) : ' '.repeat(labelWidth)) + line);

/** Wrapped and indented. */
export const indented = (text: string, indent: number, { width }: Frame): string[] =>
  wrap(text, width - indent).map(line => ' '.repeat(indent) + line);
