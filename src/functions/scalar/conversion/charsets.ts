import { badValue } from '../../bad-argument.ts';

/** Encodings by Java's names, without regard to case. */
type Charset = 'ascii' | 'latin1' | 'utf-8' | 'utf-16' | 'utf-16be' | 'utf-16le';

const NAMES: Readonly<Record<string, Charset>> = {
  'us-ascii': 'ascii',
  ascii: 'ascii',
  'iso-8859-1': 'latin1',
  latin1: 'latin1',
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'utf-16': 'utf-16',
  'utf-16be': 'utf-16be',
  'utf-16le': 'utf-16le',
};

function charsetOf(name: string): Charset {
  const charset = Object.hasOwn(NAMES, name.toLowerCase()) ? NAMES[name.toLowerCase()] : undefined;
  return charset ?? badValue(`unknown charset '${name}'`, `one of US-ASCII, ISO-8859-1, UTF-8, UTF-16BE, UTF-16LE, UTF-16`);
}

/** Text in an encoding; a character that it lacks becomes a question mark. UTF-16 begins with a byte order mark. Throws MS2051. */
export function encodeText(text: string, charset: string): Uint8Array {
  const name = charsetOf(charset);
  if (name === 'utf-8') return new TextEncoder().encode(text);
  if (name === 'ascii' || name === 'latin1') {
    const limit = name === 'ascii' ? 0x80 : 0x100;
    return Uint8Array.from([...text], (char) => (char.codePointAt(0)! < limit ? char.charCodeAt(0) : 0x3f));
  }
  const units = name === 'utf-16' ? `\ufeff${text}` : text;
  const bytes = new Uint8Array(units.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < units.length; i++) view.setUint16(i * 2, units.charCodeAt(i), name === 'utf-16le');
  return bytes;
}

/** The text of bytes in an encoding; what cannot be read becomes U+FFFD. Throws MS2051. */
export function decodeText(bytes: Uint8Array, charset: string): string {
  const name = charsetOf(charset);
  if (name === 'latin1') return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  if (name === 'ascii') return Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : '\ufffd')).join('');
  if (name !== 'utf-16') return new TextDecoder(name, { ignoreBOM: true }).decode(bytes);
  const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isLittle ? 'utf-16le' : 'utf-16be').decode(bytes);
}
