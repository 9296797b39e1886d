// The list of error codes, by range.
import { prose, table } from './markdown.mjs';

/** First code of each range, and what its codes are about. */
const RANGES = [
  ['MS1000', 'The text of SQL'],
  ['MS1100', 'Names'],
  ['MS1200', 'Types, time and windows'],
  ['MS1300', 'Options and settings'],
  ['MS1400', 'What is not supported'],
  ['MS2000', 'Values, while running'],
  ['MS2100', 'Records and formats'],
  ['MS3000', 'Connectors'],
  ['MS4000', 'State and memory'],
  ['MS5000', 'The command line'],
  ['MS9000', 'Defects'],
];

/** @param {Record<string, { title: string, explanation: string }>} errorCodes */
export function errorsText(errorCodes) {
  const codes = Object.keys(errorCodes).sort();
  const parts = RANGES.flatMap(([from, title], i) => {
    const to = RANGES[i + 1]?.[0] ?? 'MT';
    const members = codes.filter((code) => code >= from && code < to);
    if (members.length === 0) return [];
    const rows = members.map((code) => [`<a id="${code}"></a>${code}`, prose(errorCodes[code].title), prose(errorCodes[code].explanation)]);
    return [`## ${title}`, table(['code', 'what happened', 'what it means, and what to do'], rows)];
  });
  return parts.join('\n\n');
}
