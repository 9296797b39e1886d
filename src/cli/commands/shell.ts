import type { Messages } from '../messages.ts';
import type { CommonOptions } from './common-options.ts';

export async function shell(_options: CommonOptions, _messages: Messages): Promise<void> {}
