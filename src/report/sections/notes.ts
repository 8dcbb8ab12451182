import { prose } from '../escape.js';
import { bullets, type Markdown, section } from '../layout.js';
import type { ReportRecord } from '../record.js';

/** Signals that came to nothing, restarts, decisions: in the order in which they happened. */
export const notesSection = ({ status }: ReportRecord): Markdown =>
  section('Notes', bullets(status.notes.map(note => prose(note))));
