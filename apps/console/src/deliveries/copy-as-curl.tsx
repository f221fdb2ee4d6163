import type { Attempt } from '../api/shapes';
import { CopyButton } from '../ui/copy-button';

type SentRequest = NonNullable<Attempt['request']>;

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The request for a shell. Secret headers are masked here as everywhere, and the body is the event's: both are for the reader to fill in. */
const curlOf = ({ method, url, headers }: SentRequest): string =>
  [
    `curl -X ${method} ${quoted(url)}`,
    ...Object.entries(headers as Record<string, string | string[]>).flatMap(([name, values]) =>
      [values].flat().map((value) => `-H ${quoted(`${name}: ${value}`)}`),
    ),
    '--data-binary @body.json',
  ].join(' \\\n  ');

export const CopyAsCurl = ({ request }: { request: SentRequest }) => <CopyButton text={curlOf(request)}>Copy as curl</CopyButton>;
