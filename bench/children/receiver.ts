import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RECEIVER_HOST } from '../../test/support/test-settings.js';
import { nowMs } from './clock.js';
import { serve } from './serve.js';

/** How the receiver treats the first request of each delivery; later ones are answered 200 at once. Shares are of 100. */
export interface Behaviour {
  delayMs: number;
  hangPercent: number;
  errorPercent: number;
}

export interface Received {
  /** Ids by path, once for each 200. */
  acknowledged: [path: string, ids: string[]][];
  /** From the event's own `sentAt` to its arrival. */
  latenciesMs: number[];
  /** On the clock of nowMs(). */
  lastAtMs: number;
  requests: number;
  mostOpen: number;
}

const PROMPT: Behaviour = { delayMs: 0, hangPercent: 0, errorPercent: 0 };
const HEAD_BYTES = 600;
const SENT_AT = /"sentAt":([\d.]+)/;

const fresh = (): { [K in keyof Received]: K extends 'acknowledged' ? Map<string, string[]> : Received[K] } => ({
  acknowledged: new Map<string, string[]>(),
  latenciesMs: [],
  lastAtMs: 0,
  requests: 0,
  mostOpen: 0,
});

let behaviour = PROMPT;
let book = fresh();
let seen = new Set<string>();
let open = 0;

function take(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  book.mostOpen = Math.max(book.mostOpen, ++open);
  response.once('close', () => open--);
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const arrivedAt = nowMs();
    const path = request.url ?? '';
    const id = String(request.headers['webhook-id']);
    const turn = turnOf(`${path} ${id}`);
    if (turn === 'hang') return;
    const acknowledge = (): void => {
      if (turn === 'error') return void response.writeHead(500).end();
      response.writeHead(200).end();
      note(path, id, arrivedAt, Buffer.concat(chunks).subarray(0, HEAD_BYTES).toString('latin1'));
    };
    if (behaviour.delayMs > 0) setTimeout(acknowledge, behaviour.delayMs);
    else acknowledge();
  });
}

/** By count, not by chance: the shares are exact, and each run is like the last. */
function turnOf(key: string): 'hang' | 'error' | 'answer' {
  const place = book.requests++ % 100;
  const { hangPercent, errorPercent } = behaviour;
  if (hangPercent + errorPercent === 0 || seen.has(key)) return 'answer';
  seen.add(key);
  if (place < hangPercent) return 'hang';
  return place < hangPercent + errorPercent ? 'error' : 'answer';
}

function note(path: string, id: string, arrivedAt: number, head: string): void {
  const ids = book.acknowledged.get(path);
  if (ids) ids.push(id);
  else book.acknowledged.set(path, [id]);
  book.lastAtMs = arrivedAt;
  const sentAt = SENT_AT.exec(head)?.[1];
  if (sentAt !== undefined) book.latenciesMs.push(arrivedAt - Number(sentAt));
}

async function listen(): Promise<string> {
  const server = createServer({ keepAliveTimeout: 120_000 }, take);
  await new Promise<void>((resolve) => server.listen({ port: 0, host: RECEIVER_HOST, backlog: 2_048 }, resolve));
  return `http://${RECEIVER_HOST}:${(server.address() as AddressInfo).port}`;
}

const handlers = {
  /** Listens at so many origins, which is what endpoints are; resolves to them. */
  listen: (origins: number): Promise<string[]> => Promise.all(Array.from({ length: origins }, listen)),
  /** Begins a new book. */
  begin: (next: Partial<Behaviour>): void => {
    behaviour = { ...PROMPT, ...next };
    book = fresh();
    seen = new Set();
  },
  count: (): number => [...book.acknowledged.values()].reduce((sum, ids) => sum + ids.length, 0),
  read: (): Received => ({ ...book, acknowledged: [...book.acknowledged] }),
};
export type ReceiverHandlers = typeof handlers;

serve(handlers);
