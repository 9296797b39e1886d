import { StateError } from '../common/errors.ts';

/** MS4005 */
export function damagedState(detail: string): StateError {
  return new StateError('MS4005', 'saved state is damaged', { detail, hint: 'restore from another checkpoint' });
}
