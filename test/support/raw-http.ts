import { connect } from 'node:net';

export interface RawAnswer {
  status: number;
  head: string;
  body: string;
}

/** Sends this head and this body as they are, for what no HTTP client would send. */
export const socketAnswer = (url: string, lines: string[], body: string | Buffer = ''): Promise<RawAnswer> =>
  sendBytes(url, Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), Buffer.from(body)]));

/** Sends these bytes and reads until the other side closes. */
export function sendBytes(url: string, bytes: string | Buffer, patienceMs = 15_000): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.setTimeout(patienceMs, () => socket.destroy(new Error('There came no end of an answer.')));
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    // A server that refuses a request half-way may close before all of it was written.
    socket.on('error', (error) => (chunks.length > 0 ? finish() : reject(error)));
    socket.on('close', finish);

    function finish(): void {
      const [head = '', ...rest] = Buffer.concat(chunks).toString('utf8').split('\r\n\r\n');
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0), head, body: rest.join('\r\n\r\n') });
    }
  });
}
