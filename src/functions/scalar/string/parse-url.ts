import { types } from '../../../data/types/sql-type.ts';
import { plainFunction } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';

interface UrlParts {
  readonly protocol: string;
  /** Undefined where the text has none: `mailto:`, `http:/x`. */
  readonly authority: string | undefined;
  readonly path: string;
  readonly query: string | undefined;
  readonly ref: string | undefined;
}

/** The protocols that Java has a handler of; a URL of any other is none. */
const PROTOCOLS: ReadonlySet<string> = new Set(['http', 'https', 'ftp', 'file', 'jar', 'mailto', 'jmod', 'jrt']);
const URL_FORM = /^([a-z][a-z0-9+.-]*):([^#]*)(?:#(.*))?$/is;
const PORT = /^(?:[^@]*@)?(?:\[[^\]]*\]|[^:]*):(.*)$/s;

/** As java.net.URL reads it: nothing is decoded or made shorter. Undefined for what it refuses. */
function partsOf(text: string): UrlParts | undefined {
  const match = URL_FORM.exec(text.replace(/^[\0- ]+|[\0- ]+$/g, ''));
  if (match === null) return undefined;
  const protocol = match[1]!.toLowerCase();
  if (!PROTOCOLS.has(protocol)) return undefined;
  const rest = match[2]!;
  const mark = rest.indexOf('?');
  const before = mark === -1 ? rest : rest.slice(0, mark);
  const query = mark === -1 ? undefined : rest.slice(mark + 1);
  if (!before.startsWith('//')) return { protocol, authority: undefined, path: before, query, ref: match[3] };
  const slash = before.indexOf('/', 2);
  const authority = before.slice(2, slash === -1 ? undefined : slash);
  const port = PORT.exec(authority)?.[1] ?? '';
  if (port !== '' && !(/^[+-]?[0-9]+$/.test(port) && Number(port) >= -1 && Number(port) < 2 ** 31)) return undefined;
  return { protocol, authority, path: slash === -1 ? '' : before.slice(slash), query, ref: match[3] };
}

function hostOf(authority: string): string {
  const host = authority.slice(authority.indexOf('@') + 1);
  return /^\[[^\]]*\]/.exec(host)?.[0] ?? host.split(':', 1)[0]!;
}

function parseUrl(text: string, part: string, key?: string): string | null {
  const url = partsOf(text);
  if (url === undefined) return null;
  const { protocol, authority, path, query, ref } = url;
  if (key !== undefined) return part === 'QUERY' && query !== undefined ? valueOfKey(query, key) : null;
  switch (part) {
    case 'HOST':
      return authority === undefined ? '' : hostOf(authority);
    case 'PATH':
      return path;
    case 'QUERY':
      return query ?? null;
    case 'REF':
      return ref ?? null;
    case 'PROTOCOL':
      return protocol;
    case 'FILE':
      return query === undefined ? path : `${path}?${query}`;
    case 'AUTHORITY':
      return authority ?? null;
    case 'USERINFO':
      return authority?.includes('@') ? authority.slice(0, authority.indexOf('@')) : null;
    default:
      return null;
  }
}

/** The value of the first such key, not decoded. */
function valueOfKey(query: string, key: string): string | null {
  for (const pair of query.split('&')) if (pair.startsWith(`${key}=`)) return pair.slice(key.length + 1);
  return null;
}

export const parseUrlFunction = plainFunction({
  name: 'PARSE_URL',
  family: 'string',
  signatures: [signature([param.text, param.text, param.text], types.string(), { optional: 1 })],
  nullable: true,
  call: parseUrl,
  doc: "A part of a URL: 'HOST', 'PATH', 'QUERY', 'REF', 'PROTOCOL', 'AUTHORITY', 'FILE' or 'USERINFO'; of the query the value of a key. Nothing is decoded. NULL where there is none, and for what is no URL.",
  examples: [
    { sql: "PARSE_URL('http://user:pw@example.com:80/a/b.php?k1=v1&k2=v2#top', 'HOST')", result: 'example.com' },
    { sql: "PARSE_URL('http://user:pw@example.com:80/a/b.php?k1=v1&k2=v2#top', 'FILE')", result: '/a/b.php?k1=v1&k2=v2' },
    { sql: "PARSE_URL('http://user:pw@example.com:80/a/b.php?k1=v1&k2=v2#top', 'AUTHORITY')", result: 'user:pw@example.com:80' },
    { sql: "PARSE_URL('http://user:pw@example.com:80/a/b.php?k1=v1&k2=v2#top', 'USERINFO')", result: 'user:pw' },
    { sql: "PARSE_URL('http://user:pw@example.com:80/a/b.php?k1=v1&k2=v2#top', 'REF')", result: 'top' },
    { sql: "PARSE_URL('http://example.com/a?k1=v1&k2=v2', 'QUERY', 'k2')", result: 'v2' },
    { sql: "PARSE_URL('http://example.com/a?k1=v1&k2=v2', 'QUERY', 'k3')", result: null },
    { sql: "PARSE_URL('HTTP://Example.com', 'PROTOCOL')", result: 'http' },
    { sql: "PARSE_URL('http://Example.com', 'PATH')", result: '' },
    { sql: "PARSE_URL('mailto:a@example.com', 'PATH')", result: 'a@example.com' },
    { sql: "PARSE_URL('http://example.com:x/', 'HOST')", result: null },
    { sql: "PARSE_URL('a/b', 'PATH')", result: null },
  ],
});
