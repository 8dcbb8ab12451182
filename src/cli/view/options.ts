import type { Paint } from './paint.js';

export interface RenderOptions {
  /** Columns. Only commands to be copied are let to be longer. */
  width: number;
  color: boolean;
  /** Unix ms. */
  now: number;
  /** Rows, when there is a limit: the checklist is then summed up where it doesn't fit. @default unlimited */
  height?: number;
  /** Shown under the title: that what is shown may be old, and why. */
  warning?: string | null;
}

/** What each section of the view gets. */
export interface Frame {
  width: number;
  now: number;
  paint: Paint;
}
