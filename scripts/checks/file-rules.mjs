// Rules for every file of the project, whatever its kind.

const byteSizeMax = 1024 * 1024;

/** @param {string} path @param {number} byteSize @returns {string[]} */
export const sizeViolations = (path, byteSize) =>
  byteSize > byteSizeMax ? [`${path}: ${(byteSize / byteSizeMax).toFixed(1)} MB: no file over 1 MB is kept in the repository`] : [];

/** Each pattern with what it finds. They are written so that they do not find themselves. */
const foreignText = [
  // A path that exists on one machine only. Paths below a temporary folder are fine in examples.
  { pattern: /(?<![\w.\-~/:)}\]*])\/(?:work|root|home\/\w+|Users\/\w+)\/[\w.]/g, what: 'a path of one machine' },
  { pattern: /\bfile:\/\/\/(?:work|root|home|Users)\b/g, what: 'a path of one machine' },
  {
    pattern: /https?:\/\/[\w.-]*(?:registry|mirror|artifactory|nexus|pythonhosted|proxy\.golang|maven)[\w-]*\.[\w.-]+/gi,
    what: 'the host of a package registry',
  },
  { pattern: /"resolved":\s*"http/g, what: 'the host of a package registry' },
];

/** Machine paths and registry hosts. @param {string} path @param {string} text @returns {string[]} */
export function foreignTextViolations(path, text) {
  if (text.includes('\0')) return [];
  return foreignText.flatMap(({ pattern, what }) =>
    [...text.matchAll(pattern)].map((match) => `${path}:${text.slice(0, match.index).split('\n').length}: ${match[0]} is ${what}`),
  );
}
