import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifyStandard } from '#domain/signature/verify.js';

/** A subscriber as a customer would write it: it checks the signature over the bytes it got, and answers. */
export interface DemoReceiver {
  url: string;
  /** Resolves when the event has arrived, with whether its signature was right; undefined after `timeoutMs`. */
  arrival(eventId: string, timeoutMs: number): Promise<Arrival | undefined>;
  close(): Promise<void>;
}

interface Arrival {
  eventId: string;
  verified: boolean;
}

const PATH = '/hooks/demo';
const MAX_BODY_BYTES = 1024 * 1024;
const REMEMBERED = 1_000;

/** Listens on 127.0.0.1. `secret` is asked for at each request, because the subscription is made after the receiver. */
export async function startDemoReceiver(port: number, secret: () => string | undefined): Promise<DemoReceiver> {
  const arrivals = new Map<string, Arrival>();
  const waiting = new Map<string, (arrival: Arrival) => void>();
  const server = createServer((request, response) => {
    void receive(request, secret())
      .then((arrival) => {
        remember(arrivals, arrival);
        waiting.get(arrival.eventId)?.(arrival);
        response.writeHead(arrival.verified ? 204 : 401).end();
      })
      .catch(() => response.writeHead(400).end());
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`,
    arrival: (eventId, timeoutMs) => arrivalOf(eventId, timeoutMs, arrivals, waiting),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function receive(request: IncomingMessage, secret: string | undefined): Promise<Arrival> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error('The body is too large.');
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  const { id } = JSON.parse(body.toString('utf8')) as { id: string };
  const keys = secret === undefined ? [] : [secret];
  const verdict = verifyStandard({ headers: request.headers, body, keys, nowSeconds: Math.floor(Date.now() / 1000) });
  return { eventId: id, verified: verdict.ok };
}

function remember(arrivals: Map<string, Arrival>, arrival: Arrival): void {
  arrivals.set(arrival.eventId, arrival);
  const [oldest] = arrivals.keys();
  if (arrivals.size > REMEMBERED && oldest !== undefined) arrivals.delete(oldest);
}

async function arrivalOf(
  eventId: string,
  timeoutMs: number,
  arrivals: Map<string, Arrival>,
  waiting: Map<string, (arrival: Arrival) => void>,
): Promise<Arrival | undefined> {
  const known = arrivals.get(eventId);
  if (known) return known;
  return new Promise((resolve) => {
    const timer = setTimeout(() => settle(undefined), timeoutMs);
    const settle = (arrival: Arrival | undefined): void => {
      clearTimeout(timer);
      waiting.delete(eventId);
      resolve(arrival);
    };
    waiting.set(eventId, settle);
  });
}
