/** The text of a path, read from left to right. */
export class PathText {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  is(word: string): boolean {
    return this.text.startsWith(word, this.at);
  }

  accept(word: string): boolean {
    const found = this.is(word);
    if (found) this.at += word.length;
    return found;
  }

  /** What a sticky pattern matches here; then it is passed. */
  match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text) ?? undefined;
    if (found !== undefined) this.at += found[0].length;
    return found;
  }

  /** Says where reading stopped. */
  unexpected(): string {
    return this.isAtEnd ? 'it ends too early' : `${JSON.stringify(this.text.slice(this.at, this.at + 20))} is not understood`;
  }
}
