/**
 * Sources have URIs inside; clients of the protocol speak of paths. A file's path and its URI name the same source, also
 * where one client escapes a character that another does not; everything that is no file keeps its URI on both sides.
 */

/** Two letters at least, so that `C:` is a drive and no scheme. */
const SCHEME = /^[a-z][a-z0-9+.-]+:/i;

/** The URI of what a client calls a path: a path of either kind of system, or a URI already. */
export function toUri(path: string): string {
  if (SCHEME.test(path)) return path;
  const slashed = path.replaceAll('\\', '/');
  const rooted = slashed.startsWith('/') ? slashed : `/${slashed}`;
  return `file://${rooted.split('/').map(escapeSegment).join('/')}`;
}

/** What a client understands: the path of a file, else the URI. */
export function toClient(uri: string): string {
  if (!uri.startsWith('file://')) return uri;
  const path = unescapeUri(uri.slice('file://'.length));
  return /^\/[a-z]:/i.test(path) ? path.slice(1).replaceAll('/', '\\') : path;
}

/** The same text for all spellings of one source. */
export function uriKey(pathOrUri: string): string {
  const key = unescapeUri(toUri(pathOrUri));
  return key.replace(/^file:\/\/\/[A-Z]:/, (drive) => drive.toLowerCase());
}

export function fileName(uri: string): string {
  return unescapeUri(uri.slice(uri.lastIndexOf('/') + 1));
}

/** As VS Code writes paths in URIs: everything but unreserved characters is escaped. Half a character is in no file's name. */
function escapeSegment(segment: string): string {
  return encodeURIComponent(segment.replace(/\p{Surrogate}/gu, '\ufffd')).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function unescapeUri(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // A stray % is part of the name.
  }
}
