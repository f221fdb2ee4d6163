import { useState } from 'react';
import type { Attempt } from '../api/shapes';

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

export function CopyAsCurl({ request }: { request: SentRequest }) {
  const [said, setSaid] = useState('');
  const copy = (): void => {
    navigator.clipboard.writeText(curlOf(request)).then(
      () => setSaid('Copied.'),
      () => setSaid('The browser does not allow copying here.'),
    );
  };
  return (
    <p>
      <button onClick={copy}>Copy as curl</button> <span role="status">{said}</span>
    </p>
  );
}
