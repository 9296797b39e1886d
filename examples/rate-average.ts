// The mean of a value that grows by one each second, printed whenever it changes: rate-average.sql as a typed pipeline.
// Run it with `millstream run examples/rate-average.ts`; Ctrl-C ends it.
import { avg, console, open, rate, t } from 'millstream';

const ms = await open();

await ms
  .from(rate({ rowsPerSecond: 1 }))
  // avg() of a BIGINT would be a BIGINT, cut to whole numbers.
  .select((tick) => ({ mean: avg(tick.value.cast(t.double())) }))
  // Output mode append would be refused: it prints rows that never change, and a running mean changes with every row.
  .to(console({ outputMode: 'complete' }))
  .run();
