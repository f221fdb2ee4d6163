import { setTimeout as pause } from 'node:timers/promises';
import { DomainError } from '#domain/errors.js';

/** Calls of the gateway's public API, the way any client makes them. */
export interface ApiClient {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
  delete(path: string): Promise<void>;
}

const CALL_TIMEOUT_MS = 15_000;
const READY_CHECK_MS = 100;

/**
 * A client of our own gateway. `fetch` is used here and nowhere else in this app: it only ever calls the gateway that we started,
 * on 127.0.0.1; whatever leaves for somebody's endpoint leaves through the dispatcher's guarded client.
 * A refusal is thrown with the API's own code.
 */
export function apiClient(gatewayUrl: string, key: string): ApiClient {
  const call = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await fetch(`${gatewayUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    });
    const text = await answer.text();
    if (!answer.ok) throw refusal(`${method} ${path}`, answer.status, text);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  };
  return {
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    delete: (path) => call('DELETE', path),
  };
}

function refusal(request: string, status: number, text: string): DomainError {
  let problem: { code?: string; detail?: string; title?: string } = {};
  try {
    problem = JSON.parse(text) as typeof problem;
  } catch {
    // Not problem+json: the status has to do.
  }
  return new DomainError(
    problem.code ?? `http_${status}`,
    `${request} answered ${status}: ${problem.detail ?? problem.title ?? text.slice(0, 200)}`,
  );
}

/** Resolves when the gateway says that it takes requests; refuses with `not_ready` after `timeoutMs`. */
export async function waitUntilReady(gatewayUrl: string, timeoutMs: number): Promise<void> {
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await pause(READY_CHECK_MS)) {
    const answer = await fetch(`${gatewayUrl}/health/ready`, { signal: AbortSignal.timeout(CALL_TIMEOUT_MS) }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return;
  }
  throw new DomainError('not_ready', `The gateway was not ready after ${timeoutMs / 1000} s.`);
}
