import { describe, expect, it } from 'vitest';
import { blackhole } from '../../../src/connectors/blackhole/blackhole.ts';
import { Batch, IntVector } from '../../../src/data/batch.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import { loadKernels } from '../../../src/kernels/kernels.ts';
import { sinkContext } from './harness.ts';

describe('blackhole', () => {
  it('counts the rows that count and says it is always ready', async () => {
    const kernels = await loadKernels();
    const writer = await blackhole.openSink!(sinkContext(blackhole, kernels, { fields: [{ name: 'a', type: types.int() }] }));
    const batch = new Batch([]);
    batch.rowCount = 5;
    expect(writer.write(batch)).toBe(true);
    batch.selection = new IntVector(kernels.memory);
    batch.selectedCount = 2;
    expect(writer.write(batch)).toBe(true);
    await writer.flush();
    await writer.ready();
    await writer.close();
    expect(writer).toMatchObject({ rowsWritten: 7, bytesWritten: 0 });
  });
});
