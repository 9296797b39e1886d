import { damagedState } from '../../state/damaged-state.ts';
import type { CapturedGroup } from '../checkpoints/captured.ts';
import type { SavedMessage } from './channel-reader.ts';
import { MESSAGE } from './message-kind.ts';

/** Under this name messages lie beside the state of the node that they enter. */
export const MESSAGES = 'messages';

/** Messages as a checkpoint keeps them: for each its kind and length, two u32, and its bytes, filled up to a multiple of 8. */
const HEAD_BYTES = 8;

const filled = (byteSize: number): number => (byteSize + 7) & -8;

/** Whether rows, or anything else that the receiver has not seen, are among what a checkpoint keeps of channels. */
export const holdsMessages = (groups: readonly CapturedGroup[]): boolean =>
  groups.some(({ name, bytes }) => name === MESSAGES && readMessages(bytes).some(({ kind }) => kind !== MESSAGE.ended));

export function writeMessages(messages: readonly SavedMessage[]): Uint8Array {
  const whole = new Uint8Array(messages.reduce((sum, { bytes }) => sum + HEAD_BYTES + filled(bytes.length), 0));
  const view = new DataView(whole.buffer);
  let at = 0;
  for (const { kind, bytes } of messages) {
    view.setUint32(at, kind, true);
    view.setUint32(at + 4, bytes.length, true);
    whole.set(bytes, at + HEAD_BYTES);
    at += HEAD_BYTES + filled(bytes.length);
  }
  return whole;
}

/** Throws StateError MS4005 where the bytes are not whole. */
export function readMessages(whole: Uint8Array): SavedMessage[] {
  const view = new DataView(whole.buffer, whole.byteOffset, whole.length);
  const messages: SavedMessage[] = [];
  for (let at = 0; at < whole.length; ) {
    if (at + HEAD_BYTES > whole.length) throw damagedState('messages between workers are not whole');
    const length = view.getUint32(at + 4, true);
    const begin = at + HEAD_BYTES;
    if (begin + length > whole.length) throw damagedState('messages between workers are not whole');
    // A copy: slice() of what Node has read from a file is a view.
    messages.push({ kind: view.getUint32(at, true), bytes: new Uint8Array(whole.subarray(begin, begin + length)) });
    at = begin + filled(length);
  }
  return messages;
}
