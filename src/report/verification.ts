import type { VerifyPlan, VerifyResult } from '../contract/verification.js';
import { code, prose } from './escape.js';
import { consistency, count, time } from './figures.js';
import { bullets, facts, type Markdown, section } from './layout.js';
import { verdicts } from './sections/verification.js';

/** The record of a verification that stands alone. */
export function verificationReport(name: string, plan: VerifyPlan, found: Omit<VerifyResult, 'report'>): Markdown {
  const { source, target, verification } = plan;
  const servers = facts([
    ['Source', code(`${source.host}:${source.port}`)],
    ['Target', code(`${target.host}:${target.port}`)],
  ]);
  const numbers = facts([
    ['Verdict', verdicts[found.verdict]],
    ['True at', time(found.at)],
    ["The source's replication offset then", count(found.offset)],
    ['Mode', verification.mode],
    ['Compared', count(found.compared)],
    ['Different', count(found.different)],
    ['Missing on the target', count(found.missing)],
    ['Only on the target', count(found.extra)],
    ['Still changing', count(found.unsettled)],
    ['Repaired', verification.repair ? count(found.repaired) : null],
    ['Consistency', consistency(found.consistency)],
    ['Wanted', consistency(verification.minimumConsistency)],
  ]);
  return [
    `# Verification ${prose(name)}`,
    servers,
    section('Result', numbers),
    section('Examples', bullets(found.examples.map(key => code(key)))),
    section('What the target cannot hold', bullets(found.unheld.map(text => code(text)))),
  ]
    .filter(text => text !== '')
    .join('\n\n');
}
