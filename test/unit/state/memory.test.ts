import { loadKernels } from '../../../src/kernels/kernels.ts';
import { MemoryState } from '../../../src/state/memory/memory-state.ts';
import { stateConformance } from '../../conformance/state.ts';
import type { StateUnderTest } from '../../conformance/state-model.ts';
import { timerStateConformance, valueStateConformance } from '../../conformance/state-values.ts';

async function make(): Promise<StateUnderTest> {
  const kernels = await loadKernels();
  return { kernels, state: new MemoryState(kernels) };
}

stateConformance('memory', make);
valueStateConformance('memory', make);
timerStateConformance('memory', make);
