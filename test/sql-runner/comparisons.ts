/** What scripts/flink-compare.mjs runs. */
export { compareFiles } from './compare-files.ts';
export { compareNexmark } from './compare-nexmark.ts';
export { compareExamples, compareRandom } from './random/compare-random.ts';
