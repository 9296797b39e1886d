import { describe, expect, it } from 'vitest';
import { BEYOND_END, resumedPartitions } from '../../../../src/connectors/kafka/source/resumed-partitions.ts';
import { fromSourcePositions, type PartitionPosition, toSourcePosition } from '../../../../src/connectors/kafka/source/source-position.ts';
import type { SourceSettings } from '../../../../src/connectors/kafka/source/source-settings.ts';

const at = (partition: number, offset: number, topicId = 'a'): PartitionPosition => ({ topic: 't.x', partition, topicId, offset });
const settings = (onMissingOffset: 'none' | 'earliest' | 'latest') => ({ onMissingOffset }) as unknown as SourceSettings;
const all = () => true;

describe('positions of partitions', () => {
  it('are plain maps that can be put together', () => {
    const one = toSourcePosition([at(0, 5), { ...at(2, 7), epoch: 3, end: 9 }]);
    const two = toSourcePosition([at(1, 6)]);
    expect(JSON.parse(JSON.stringify(one))).toEqual({
      't.x/0': { topicId: 'a', offset: 5 },
      't.x/2': { topicId: 'a', offset: 7, epoch: 3, end: 9 },
    });
    expect(fromSourcePositions([one, two])).toEqual([at(0, 5), { ...at(2, 7), epoch: 3, end: 9 }, at(1, 6)]);
  });

  it('are taken by those who read the partitions, new ones from their first record on', () => {
    const present = { partitions: [at(0, 90), at(2, 92), at(4, 94)], isMine: (_: string, partition: number) => partition % 2 === 0 };
    const resumed = resumedPartitions([at(0, 5), at(1, 6), at(2, 7)], present, settings('none'));
    expect(resumed).toEqual([
      { ...at(0, 5), isNew: false },
      { ...at(2, 7), isNew: false },
      { ...at(4, 0), isNew: true },
    ]);
  });

  it('mean nothing in another topic of the name', () => {
    const present = { partitions: [at(0, 1, 'b')], isMine: all };
    expect(() => resumedPartitions([at(0, 5)], present, settings('none'))).toThrow(expect.objectContaining({ code: 'MS3073' }));
    expect(resumedPartitions([at(0, 5)], present, settings('earliest'))).toEqual([{ ...at(0, 0, 'b'), isNew: true }]);
    expect(resumedPartitions([at(0, 5)], present, settings('latest'))).toMatchObject([{ offset: BEYOND_END, isNew: false }]);
  });

  it('of a partition that is gone are an error, or passed over', () => {
    const present = { partitions: [at(0, 1)], isMine: all };
    expect(() => resumedPartitions([at(0, 5), at(1, 5)], present, settings('none'))).toThrow(
      expect.objectContaining({ code: 'MS3073', message: expect.stringContaining('t.x') }),
    );
    expect(resumedPartitions([at(0, 5), at(1, 5)], present, settings('latest'))).toEqual([{ ...at(0, 5), isNew: false }]);
  });
});
