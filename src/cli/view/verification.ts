import type { VerifyResult } from '../../contract/verification.js';
import { escapeText } from './text.js';

/** What came of a verification. @param repairHint the command that would mend what differs */
export const verificationLines = (result: VerifyResult, repairHint: string): string[] => [
  verdicts[result.verdict],
  ...figures(result),
  ...examples(result),
  ...hints(result, repairHint),
];

const verdicts: Record<VerifyResult['verdict'], string> = {
  consistent: 'Consistent: the target holds what the source holds.',
  different: 'Different.',
  unsettled: 'Unsettled: some keys went on changing.',
};

const figures = ({
  compared,
  different,
  missing,
  extra,
  unsettled,
  repaired,
  consistency,
  at,
  offset,
}: VerifyResult) => [
  `  compared ${compared}, different ${different}, missing ${missing}, extra ${extra}, still changing ${unsettled}, repaired ${repaired}`,
  `  consistency ${consistency}, true at ${at ?? '?'}, the source's offset ${offset}`,
];

const examples = ({ examples: names, unheld }: VerifyResult): string[] => [
  ...names.map(name => `  ${escapeText(name)}`),
  ...unheld.map(text => `  the target can't hold: ${escapeText(text)}`),
];

const hints = ({ different, missing, repaired }: VerifyResult, repairHint: string): string[] =>
  different + missing > 0 && repaired === 0 ? [`To copy again what differs or is missing: ${repairHint}`] : [];
