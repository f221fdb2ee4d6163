import { randomUUID } from 'node:crypto';
import { fastify } from 'fastify';
import pg from 'pg';
import { serve } from './serve.js';

const handlers = {
  /** A bare Fastify route that answers 202 once its body is committed, one insert for each. Resolves to its URL. */
  listen: async (databaseUrl: string): Promise<string> => {
    const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 });
    await pool.query(
      'CREATE TABLE IF NOT EXISTS bench_floor (id uuid PRIMARY KEY, body bytea NOT NULL, at timestamptz NOT NULL DEFAULT now())',
    );
    const app = fastify();
    app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    app.post('/', async (request, reply) => {
      const id = randomUUID();
      await pool.query({ name: 'floor', text: 'INSERT INTO bench_floor (id, body) VALUES ($1, $2)', values: [id, request.body] });
      return reply.status(202).send({ id });
    });
    return app.listen({ port: 0, host: '127.0.0.1' });
  },
};
export type InsertRouteHandlers = typeof handlers;

serve(handlers);
