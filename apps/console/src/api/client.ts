import createClient from 'openapi-fetch';
import type { paths } from './schema';

/** What the gateway asks of the console with every request: a page elsewhere cannot send it, so a cookie alone acts for nobody. */
export const SESSION_HEADER = { 'x-tidings-console': '1' };

/** The native API as its description types it. */
export const api = createClient<paths>({ baseUrl: window.location.origin, headers: SESSION_HEADER });

/** A refusal as the API words it (`application/problem+json`), or that it could not be reached. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** What is wrong with which field of the request: JSON pointer and sentence. */
    readonly fields: { path: string; message: string }[] = [],
  ) {
    super(message);
  }
}

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The answer's data; throws Problem for a refusal. */
export async function ask<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await reached(answer);
  if (!response.ok) throw problemOf(response.status, error);
  return data as T;
}

/** What a request was answered; throws Problem, of status 0, where it was not. */
export const reached = <T>(answer: Promise<T>): Promise<T> =>
  answer.catch(() => {
    throw new Problem(0, 'unreachable', 'The gateway cannot be reached.');
  });

export function problemOf(status: number, body: unknown): Problem {
  const { code, detail, title, errors } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const fields = Array.isArray(errors) ? (errors as { path?: string; message?: string }[]) : [];
  return new Problem(
    status,
    typeof code === 'string' ? code : 'unknown',
    typeof detail === 'string' ? detail : typeof title === 'string' ? title : `The gateway answered ${status}.`,
    fields.map(({ path = '', message = '' }) => ({ path, message })),
  );
}
