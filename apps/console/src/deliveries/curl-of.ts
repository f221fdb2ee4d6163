import type { Attempt, DeliveryBody } from '../api/shapes';

export type SentRequest = NonNullable<Attempt['request']>;

/** Linux takes no argument of 128 KiB or more; what is longer is piped. */
const ARGUMENT_BYTES = 100_000;

/** A text as a shell reads it, whatever is in it. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** curl leaves a header out that is given without a value; one that is empty ends in a semicolon. */
const headerOf = (name: string, value: string): string => quoted(value === '' ? `${name};` : `${name}: ${value}`);

/** The request for a shell, with the bytes it had. Secret headers are masked here as everywhere, and signatures are not kept. */
export function curlOf(
  { method, url, headers }: SentRequest,
  { body, bytes, encoding }: Pick<DeliveryBody, 'body' | 'bytes' | 'encoding'>,
): string {
  const isArgument = encoding === 'utf8' && bytes <= ARGUMENT_BYTES;
  const lines = [
    // Braces and brackets would stand for many addresses.
    `curl ${/[[\]{}]/.test(url) ? '-g ' : ''}-X ${method} ${quoted(url)}`,
    ...Object.entries(headers as Record<string, string | string[]>).flatMap(([name, values]) =>
      [values].flat().map((value) => `-H ${headerOf(name, value)}`),
    ),
    isArgument ? `--data-raw ${quoted(body)}` : '--data-binary @-',
  ];
  const command = lines.join(' \\\n  ');
  if (isArgument) return command;
  return `printf %s ${quoted(body)} |${encoding === 'base64' ? ' base64 -d |' : ''} ${command}`;
}
