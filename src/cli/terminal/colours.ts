type Paint = (text: string) => string;

/** Paints text for a terminal, or leaves it as it is. */
export interface Colours {
  readonly enabled: boolean;
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
}

const plain: Paint = (text) => text;
const painted =
  (on: number, off: number): Paint =>
  (text) =>
    text === '' ? '' : `\x1b[${on}m${text}\x1b[${off}m`;

const NONE: Colours = { enabled: false, bold: plain, dim: plain, red: plain, yellow: plain, cyan: plain };
const ANSI: Colours = {
  enabled: true,
  bold: painted(1, 22),
  dim: painted(2, 22),
  red: painted(31, 39),
  yellow: painted(33, 39),
  cyan: painted(36, 39),
};

export function createColours(enabled: boolean): Colours {
  return enabled ? ANSI : NONE;
}
