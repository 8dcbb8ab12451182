import type { Connection } from '../../lab/index.js';
import { forms } from '../stream/forms.js';
import { sendForms } from '../stream/send-forms.js';
import { taken } from './application.js';

/** The database that the forms are at home in: nobody else writes there. */
const home = 8;
/** Other applications count in database 0. */
const lines = Object.values(forms)
  .flat()
  .filter(line => !line.startsWith('SWAPDB 0'))
  .map(line => (line === 'SELECT 0' ? `SELECT ${home}` : line));

/** Every command that may come in a stream, in all its forms: from an empty database again and again. */
export async function everyFamily(connection: Connection): Promise<number> {
  const flushed = await taken(connection, [['SELECT', home], ['FLUSHDB']]);
  return flushed + (await sendForms(connection, lines));
}
