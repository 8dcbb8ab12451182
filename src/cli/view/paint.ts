const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
export type Ink = keyof typeof codes;
/** Adds no columns: pad and cut before painting. */
export type Paint = (ink: Ink, text: string) => string;

const introducer = '\x1b';
const painted = new RegExp(`${introducer}\\[\\d+m`, 'g');

export const withoutPaint = (text: string): string => text.replace(painted, '');

export const painter = (color: boolean): Paint =>
  color
    ? (ink, text) => (text.trim() === '' ? text : `${introducer}[${codes[ink]}m${text}${introducer}[0m`)
    : (_ink, text) => text;
