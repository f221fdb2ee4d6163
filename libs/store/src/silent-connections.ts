import type { Socket } from 'node:net';
import type { Pool, PoolClient } from 'pg';

/** pg's words for an answer that did not come in time. */
const NO_ANSWER = 'Query read timeout';

/**
 * One connection that gave no answer is closed by the pool. Whatever silenced it (a failover, a firewall that forgot) has mostly silenced the
 * idle ones too, and each of those would cost another wait: they are closed with it.
 */
export function closeIdleWhenOneIsSilent(pool: Pool): void {
  const idle = new Set<PoolClient>();
  pool.on('acquire', (client) => void idle.delete(client));
  pool.on('remove', (client) => void idle.delete(client));
  pool.on('release', (error, client) => {
    if (!(error instanceof Error)) return void idle.add(client);
    if (error.message !== NO_ANSWER) return;
    // A connection that breaks is taken out by the pool itself; one that is closed in good order would not be.
    for (const silent of idle) socketOf(silent).destroy();
  });
}

const socketOf = (client: PoolClient): Socket => (client as unknown as { connection: { stream: Socket } }).connection.stream;
