import { createServer as createHttpServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { behave, type Behaviour } from './behaviour.js';
import { atEnd } from './cleanup.js';
import { RECEIVER_HOST } from './test-settings.js';

export interface ReceivedRequest {
  method: string;
  /** With the query. */
  path: string;
  headers: IncomingHttpHeaders;
  /** Names and values in turn, as they were spelled and ordered on the wire. */
  rawHeaders: string[];
  body: Buffer;
  /** Milliseconds since 1970, when the last byte had come. */
  receivedAt: number;
}

/** Decides by the request and by how many came to its path before (0 for the first). */
export type Script = (request: ReceivedRequest, before: number) => Behaviour;

export interface Receiver {
  url: string;
  host: string;
  port: number;
  /** All requests so far, oldest first. */
  requests: readonly ReceivedRequest[];
  /** Requests to a path, whatever their query. */
  to(path: string): ReceivedRequest[];
  /** How many requests to this path were open together at most: come, and not answered yet. */
  mostAtOnce(path: string): number;
  /** From now on, requests to `path` (`*`: to any other) are treated so; of a list each request takes the next, the last stays. */
  on(path: string, behaviour: Behaviour | Behaviour[] | Script): void;
  /** Resolves with the requests once there are `count` of them, counted from the start. */
  waitFor(count: number, timeoutMs?: number): Promise<ReceivedRequest[]>;
  /** Resolves with the first request, past or to come, that the predicate accepts. */
  waitFor(predicate: (request: ReceivedRequest) => boolean, timeoutMs?: number): Promise<ReceivedRequest>;
  close(): Promise<void>;
}

export interface ReceiverOptions {
  host?: string;
  port?: number;
  /** Key and certificate: then it speaks https. */
  tls?: ServerOptions;
}

const PATIENCE_MS = 10_000;

/** An HTTP server that writes down what it gets and answers 200 until told otherwise; closed after the last test of the file. */
export async function startReceiver({ host = RECEIVER_HOST, port: wanted = 0, tls }: ReceiverOptions = {}): Promise<Receiver> {
  const requests: ReceivedRequest[] = [];
  const scripts = new Map<string, Script>();
  const checks = new Set<() => void>();
  const traffic = new Traffic();

  const handle = (incoming: IncomingMessage, response: ServerResponse): void => {
    void record(incoming).then((request) => {
      const path = pathOf(request);
      requests.push(request);
      const before = traffic.enter(path);
      response.once('close', () => traffic.leave(path));
      const script = scripts.get(path) ?? scripts.get('*');
      behave(script?.(request, before) ?? { kind: 'answer' }, response);
      for (const check of [...checks]) check();
    });
  };
  const server = tls ? createHttpsServer(tls, handle) : createHttpServer(handle);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(wanted, host, resolve));
  const { port } = server.address() as AddressInfo;

  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  atEnd(`receiver on ${host}:${port}`, close);

  const until = <T>(what: () => T | undefined, timeoutMs: number, name: string): Promise<T> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        const found = what();
        if (found === undefined) return;
        settle();
        resolve(found);
      };
      const timer = setTimeout(() => {
        settle();
        reject(new Error(`Waited ${timeoutMs} ms for ${name}; there came ${told(requests)}.`));
      }, timeoutMs);
      const settle = (): void => {
        clearTimeout(timer);
        checks.delete(check);
      };
      checks.add(check);
      check();
    });

  function waitFor(count: number, timeoutMs?: number): Promise<ReceivedRequest[]>;
  function waitFor(predicate: (request: ReceivedRequest) => boolean, timeoutMs?: number): Promise<ReceivedRequest>;
  function waitFor(
    condition: number | ((request: ReceivedRequest) => boolean),
    timeoutMs = PATIENCE_MS,
  ): Promise<ReceivedRequest[] | ReceivedRequest> {
    if (typeof condition === 'function') return until(() => requests.find(condition), timeoutMs, 'a certain request');
    return until(() => (requests.length >= condition ? [...requests] : undefined), timeoutMs, `${condition} requests`);
  }

  return {
    url: `${tls ? 'https' : 'http'}://${host}:${port}`,
    host,
    port,
    requests,
    to: (path) => requests.filter((request) => pathOf(request) === path),
    mostAtOnce: (path) => traffic.most(path),
    on: (path, behaviour) => void scripts.set(path, scriptOf(behaviour)),
    waitFor,
    close,
  };
}

/** Counts what came and what is open by path, and remembers the most there ever was open. */
class Traffic {
  private readonly counts = new Map<string, { came: number; now: number; most: number }>();

  /** Returns how many came before. */
  enter(path: string): number {
    const { came, now, most } = this.counts.get(path) ?? { came: 0, now: 0, most: 0 };
    this.counts.set(path, { came: came + 1, now: now + 1, most: Math.max(most, now + 1) });
    return came;
  }

  leave(path: string): void {
    const count = this.counts.get(path);
    if (count) count.now--;
  }

  most(path: string): number {
    return this.counts.get(path)?.most ?? 0;
  }
}

async function record(incoming: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  const { method = '', url: path = '', headers, rawHeaders } = incoming;
  return { method, path, headers, rawHeaders, body: Buffer.concat(chunks), receivedAt: Date.now() };
}

const pathOf = ({ path }: ReceivedRequest): string => path.split('?')[0] ?? path;

function scriptOf(behaviour: Behaviour | Behaviour[] | Script): Script {
  if (typeof behaviour === 'function') return behaviour;
  if (!Array.isArray(behaviour)) return () => behaviour;
  let next = 0;
  return () => behaviour[Math.min(next++, behaviour.length - 1)] ?? { kind: 'answer' };
}

const told = (requests: ReceivedRequest[]): string =>
  requests.length === 0
    ? 'none'
    : `${requests.length}: ${requests
        .slice(-5)
        .map(({ method, path }) => `${method} ${path}`)
        .join(', ')}`;
