import { useQuery } from '@tanstack/react-query';
import { createContext, use } from 'react';
import { Problem, problemOf, reached, SESSION_HEADER } from '../api/client';
import { queries } from '../api/queries';

/** Who is signed in. `tenantId` null: an operator's key, which sees no tenant's events. */
export interface Session {
  keyName: string;
  tenantId: string | null;
  permissions: string[];
}

async function callSession(method: string, body?: object): Promise<Session | null> {
  const headers = { ...SESSION_HEADER, ...(body && { 'content-type': 'application/json' }) };
  const response = await reached(fetch('/console/session', { method, headers, body: body && JSON.stringify(body) }));
  if (response.status === 204) return null;
  const answer: unknown = await response.json().catch(() => null);
  if (!response.ok) throw problemOf(response.status, answer);
  return answer as Session;
}

/** A page that came over plain http is secure to a browser only where it came from this machine. */
const whyNotKept = (): string =>
  window.isSecureContext
    ? 'The key is good, but the browser did not keep the sign-in: it has to allow this page a cookie.'
    : 'The key is good, but the browser did not keep the sign-in: except on localhost, the console has to be opened over https.';

/** What was read is the key's that read it: the next one sees nothing of it. */
const forget = (): void => queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });

/** The session of the cookie; null where there is none, or it has ended. */
async function readSession(): Promise<Session | null> {
  try {
    return await callSession('GET');
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error;
    forget();
    return null;
  }
}

/** The signed-in session; null when there is none. That it cannot be read does not mean that there is none. */
export const useCurrentSession = () => useQuery({ queryKey: ['session'], queryFn: readSession, staleTime: Infinity });

/** Throws Problem when the key is no good, or the browser did not keep the cookie, of which it says nothing: the session is read back. */
export async function signIn(key: string): Promise<void> {
  await callSession('POST', { key });
  const session = await readSession();
  if (!session) throw new Problem(0, 'sign_in_not_kept', whyNotKept());
  forget();
  queries.setQueryData(['session'], session);
}

/** Forgets the session and all that was read with it. */
export async function signOut(): Promise<void> {
  await callSession('DELETE');
  queries.setQueryData(['session'], null);
  forget();
}

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error('Nobody is signed in.');
  return session;
}

/** Whether the key may do this (`<resource>:<action>`), so that the console offers nothing that would be refused. */
export const mayDo = ({ permissions }: Session, permission: string): boolean =>
  permissions.some((grant) => grant === '*' || grant === permission || (grant.endsWith(':*') && permission.startsWith(grant.slice(0, -1))));

export const useMay = (permission: string): boolean => mayDo(useSession(), permission);
