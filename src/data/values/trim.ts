/** Without the spaces (U+0020) around it: how Flink trims text it reads as an integer. Linear, whatever the text. */
export const trimSpaces = (text: string): string => trim(text, 0x20);

/** Without the spaces and control characters around it, as Java's String.trim. */
export const trimControls = (text: string): string => trim(text, 0);

function trim(text: string, lowest: number): string {
  const isBlank = (at: number): boolean => {
    const code = text.charCodeAt(at);
    return code <= 0x20 && code >= lowest;
  };
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(start)) start++;
  while (end > start && isBlank(end - 1)) end--;
  return text.slice(start, end);
}
