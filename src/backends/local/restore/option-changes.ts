import type { SavedTable } from '../../../runtime/checkpoints/saved-plan.ts';

/** Options that say how a table is read or written, not which one it is. */
const HOW = {
  source: /^(?:scan\.watermark\.|bad-records|rows-per-second$|source\.monitor-interval$|scan\.parallelism$)/,
  sink: /^(?:sink\.rolling-policy\.|sink\.parallelism$)/,
};

/** What makes a table another one than it was, each as a text; none where a position in it, or what waits in it, keeps its meaning. */
export function optionChanges(before: SavedTable, now: SavedTable, as: 'source' | 'sink'): string[] {
  if (before.connector !== now.connector) return [`it was ${before.connector} and is ${now.connector}`];
  const names = [...new Set([...Object.keys(before.options), ...Object.keys(now.options)])].filter((name) => !HOW[as].test(name));
  const { format } = before.options;
  return names.flatMap((name) => {
    const [old, value] = [before.options[name], now.options[name]];
    // How records are written is no matter for where they are.
    const isFormat = as === 'source' && format === now.options['format'] && format !== undefined && name.startsWith(`${format}.`);
    return old === value || isFormat ? [] : [`${shown(name, old)} is now ${shown(name, value)}`];
  });
}

const shown = (name: string, value: string | undefined): string => (value === undefined ? `no '${name}'` : `'${name}' = '${value}'`);
