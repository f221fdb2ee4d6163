import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { atEnd } from './cleanup.js';

export interface ConnectProxy {
  /** `http://host:port`. */
  url: string;
  /** What it was asked to reach, and by whom, oldest first. */
  asked: readonly { authority: string; authorization: string | undefined }[];
  /** Names that it knows: all others it dials as they are. */
  resolve(name: string, address: string): void;
  /** From now on it answers so instead of connecting; undefined: it connects. */
  answer(head: string | undefined): void;
  close(): void;
}

/** A proxy that makes tunnels; closed after the last test of the file. */
export async function startConnectProxy(host = '127.0.0.1', port = 0): Promise<ConnectProxy> {
  const asked: { authority: string; authorization: string | undefined }[] = [];
  const names = new Map<string, string>();
  const open = new Set<Duplex>();
  let answer: string | undefined;

  const server = createServer();
  server.on('connection', (socket: Socket) => void open.add(socket.on('error', () => undefined)));
  server.on('connect', (request: IncomingMessage, client: Duplex) => {
    const authority = request.url ?? '';
    asked.push({ authority, authorization: request.headers['proxy-authorization'] });
    if (answer !== undefined) return void client.end(answer);
    const { hostname, port } = new URL(`http://${authority}`);
    const target = connect(Number(port === '' ? 80 : port), names.get(hostname) ?? hostname);
    open.add(target);
    target.once('connect', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      client.pipe(target).pipe(client);
    });
    target.once('error', () => client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
  });
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  const close = (): void => {
    for (const socket of open) socket.destroy();
    server.close();
  };
  atEnd(`CONNECT proxy on ${host}`, close);
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    asked,
    resolve: (name, address) => void names.set(name, address),
    answer: (head) => (answer = head),
    close,
  };
}
