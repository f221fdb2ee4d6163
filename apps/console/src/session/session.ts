import { useQuery } from '@tanstack/react-query';
import { createContext, use } from 'react';
import { Problem, problemOf, SESSION_HEADER } from '../api/client';
import { queries } from '../api/queries';

/** Who is signed in. `tenantId` null: an operator's key, which sees no tenant's events. */
export interface Session {
  keyName: string;
  tenantId: string | null;
  permissions: string[];
}

async function callSession(method: string, body?: object): Promise<Session | null> {
  const response = await fetch('/console/session', {
    method,
    headers: { ...SESSION_HEADER, ...(body && { 'content-type': 'application/json' }) },
    body: body && JSON.stringify(body),
  });
  if (response.status === 204) return null;
  const answer: unknown = await response.json().catch(() => null);
  if (!response.ok) throw problemOf(response.status, answer);
  return answer as Session;
}

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

/** The signed-in session; null when there is none. */
export function useCurrentSession(): { session: Session | null; isLoading: boolean } {
  const { data, isLoading } = useQuery({ queryKey: ['session'], queryFn: readSession, staleTime: Infinity, retry: false });
  return { session: data ?? null, isLoading };
}

/** Throws Problem when the key is no good. */
export async function signIn(key: string): Promise<void> {
  const session = await callSession('POST', { key });
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
