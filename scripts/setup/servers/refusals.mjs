import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const today = () => new Date().toISOString().slice(0, 10);

/** What could not be had today, by id, so that not every test run waits for a network that isn't there. */
export async function readRefusals(directory) {
  try {
    const { day, refused } = JSON.parse(await readFile(file(directory), 'utf8'));
    return day === today() ? refused : {};
  } catch {
    return {};
  }
}

/** @param results by id; those with a reason are kept, beside what was refused before */
export async function writeRefusals(directory, results) {
  const known = { ...(await readRefusals(directory)), ...results };
  const refused = Object.fromEntries(Object.entries(known).filter(([, { reason }]) => reason));
  await writeFile(file(directory), JSON.stringify({ day: today(), refused }));
}

const file = directory => join(directory, 'refused.json');
