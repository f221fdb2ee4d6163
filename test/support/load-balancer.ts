import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { atEnd } from './cleanup.js';

export interface LoadBalancer {
  url: string;
}

const LOOK_EVERY_MS = 100;

/**
 * A load balancer on 127.0.0.1, as small as one can be: it asks every target for its readiness, gives each request to those that are ready in
 * turn, and to the next one when a target takes no connection. What broke off after that is answered 502. Closed after the last test of the file.
 */
export async function startLoadBalancer(targets: () => string[]): Promise<LoadBalancer> {
  let ready: string[] = targets();
  let turn = 0;
  const look = async (): Promise<void> => {
    const isReady = await Promise.all(
      targets().map((target) =>
        fetch(`${target}/health/ready`, { signal: AbortSignal.timeout(1_000) }).then(
          ({ ok }) => ok,
          () => false,
        ),
      ),
    );
    ready = targets().filter((_, i) => isReady[i]);
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  const server = createServer((incoming, answer) => {
    void bodyOf(incoming).then((body) => pass(incoming, body, answer, inTurn(ready, turn++)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  atEnd('load balancer', () => {
    clearInterval(timer);
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${port}` };
}

const inTurn = (targets: string[], turn: number): string[] => {
  const first = targets.length === 0 ? 0 : turn % targets.length;
  return [...targets.slice(first), ...targets.slice(0, first)];
};

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function pass(incoming: IncomingMessage, body: Buffer, answer: ServerResponse, [target, ...others]: string[]): void {
  if (target === undefined) return void answer.writeHead(503).end();
  const { method = 'GET', url = '/', headers } = incoming;
  const outgoing = request(`${target}${url}`, { method, headers: { ...headers, connection: 'close' }, agent: false }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  outgoing.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNREFUSED') pass(incoming, body, answer, others);
    else answer.writeHead(502).end();
  });
  outgoing.end(body);
}
