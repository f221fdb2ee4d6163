import { Resolver } from 'node:dns/promises';
import { type Address, HostsFile } from './hosts-file.js';

/** All addresses of a name. Rejects with the resolver's own error. */
export type Resolve = (hostname: string) => Promise<Address[]>;

/** One answer of a name server is waited for so long; then the next server is asked, or the same again. */
const QUERY = { timeout: 800, tries: 3 };
/** Once one family has answered, the other may take so much longer: a name server that swallows AAAA questions must not cost every connection its time. */
const OTHER_FAMILY_MS = 300;

/** Our name server cannot be reached. That says nothing about the endpoint, so the code is none of a failed attempt's. */
class NameServerError extends Error {
  override readonly name = 'NameServerError';
  readonly code = 'dns_unavailable';
}

/**
 * Resolves names by the hosts file and then by questions of our own to the name servers (those of the system, unless `servers` names others, as
 * `ip` or `ip:port`). The system's own lookup holds one of four threads for as long as a name takes, so that a few dead names would stop all others.
 */
export function createResolve(servers: readonly string[] = [], hosts = new HostsFile()): Resolve {
  const resolver = new Resolver(QUERY);
  if (servers.length > 0) resolver.setServers(servers);
  return async (hostname) => {
    const listed = await hosts.find(hostname);
    return listed.length > 0 ? listed : query(resolver, hostname);
  };
}

async function query(resolver: Resolver, hostname: string): Promise<Address[]> {
  const questions = [ask(resolver.resolve4(hostname), 4), ask(resolver.resolve6(hostname), 6)] as const;
  const first = await Promise.any(questions).catch((error: unknown) => Promise.reject(causeOf(error)));
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Address[]>((resolve) => (timer = setTimeout(() => resolve(first), OTHER_FAMILY_MS)));
  const all = Promise.allSettled(questions).then((settled) => settled.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])));
  try {
    return await Promise.race([all, late]);
  } finally {
    clearTimeout(timer);
  }
}

const ask = async (answer: Promise<string[]>, family: number): Promise<Address[]> => (await answer).map((address) => ({ address, family }));

/** Why there is no address at all: a name without addresses of either kind counts less than a question that failed. */
function causeOf(error: unknown): Error {
  const errors = (error instanceof AggregateError ? error.errors : [error]) as NodeJS.ErrnoException[];
  const cause = errors.find(({ code }) => code !== 'ENODATA' && code !== 'ENOTFOUND') ?? errors[0];
  return !cause || cause.code === 'ECONNREFUSED' ? new NameServerError('The name server cannot be reached.', { cause }) : cause;
}
