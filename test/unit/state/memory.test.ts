import { loadKernels } from '../../../src/kernels/kernels.ts';
import { MemoryState } from '../../../src/state/memory/memory-state.ts';
import { stateConformance } from '../../conformance/state.ts';

stateConformance('memory', async () => {
  const kernels = await loadKernels();
  return { kernels, state: new MemoryState(kernels) };
});
