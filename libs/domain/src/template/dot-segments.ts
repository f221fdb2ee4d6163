/**
 * Whether the path of a url holds `.` or `..` as a segment, written plainly or percent-encoded. URL parsers collapse such segments
 * (`/x/../y` is `/y`), and a server behind the first may decode `%2F` once more; so a value that spells one would move the request.
 */
export function hasDotSegment(url: string): boolean {
  const path = url.replace(/[?#].*$/s, '').replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '');
  const readable = path.replace(/%(2e|2f|5c)/gi, (escape) => decodeURIComponent(escape));
  return readable.split(/[/\\]/).some((segment) => segment === '.' || segment === '..');
}
