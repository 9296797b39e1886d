import type { OptionSpec } from '../catalog/option-spec.ts';

/** A setting of Flink's that is taken so that its scripts run, with the note that says why it changes nothing. */
export const accepted = (name: string, kind: OptionSpec['kind'], doc: string, note: string): OptionSpec => ({ name, kind, doc, note });
