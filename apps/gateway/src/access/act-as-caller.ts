import { actingFor, type Actor } from '#store/audit.js';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isIP } from 'node:net';

/** Lets the audit log know on whose behalf a request's changes are made; the key is known once the access guard has passed it. */
export function actAsCaller(fastify: FastifyInstance): void {
  // After the body: what comes later in the request is started from here.
  fastify.addHook('preValidation', (request, _reply, done) =>
    actingFor(
      () => actorOf(request),
      () => done(),
    ),
  );
}

const actorOf = ({ principal, ip, id }: FastifyRequest): Actor => ({
  keyId: principal?.keyId ?? null,
  name: principal?.keyName ?? 'anonymous',
  // What a proxy passes on need not be an address.
  ip: isIP(ip) === 0 ? null : ip,
  requestId: id,
});
