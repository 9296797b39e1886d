/** What is loaded only when there is a terminal to draw on. */
export { Screen } from './screen.ts';
export { StatusLine } from './status-line.ts';
export { TerminalPresenter } from './terminal-presenter.ts';
