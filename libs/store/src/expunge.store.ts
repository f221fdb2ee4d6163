import { DomainError } from '#domain/errors.js';
import { formatId } from '#domain/ids.js';
import { LIMITS } from '#domain/limits.js';
import { Injectable } from '@nestjs/common';
import type { Pool, PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { audit } from './audit.js';
import { poolOf } from './data-source.js';
import { expungeEvent } from './expunge-event.js';
import { newUuid } from './new-id.js';
import { withTransaction } from './with-transaction.js';

/** What is to be expunged: one event, or all events of a resource. */
export type ExpungeScope =
  { kind: 'event'; eventUuid: string; eventId: string } | { kind: 'resource'; resourceType: string; resourceId: string };

export interface ExpungeRow {
  id: string;
  tenantId: string;
  eventUuid: string | null;
  resourceType: string | null;
  resourceId: string | null;
  position: string | null;
  isLastPass: boolean;
  /** Events whose payload it took; those that had none any more are not counted. */
  events: number;
  deliveriesCancelled: number;
  createdAt: Date;
  /** null while it runs. */
  endedAt: Date | null;
}

const COLUMNS = `x.id, x.tenant_id AS "tenantId", x.event_id AS "eventUuid", x.resource_type AS "resourceType", x.resource_id AS "resourceId",
  x.position, x.is_last_pass AS "isLastPass", x.events, x.deliveries_cancelled AS "deliveriesCancelled", x.created_at AS "createdAt",
  x.ended_at AS "endedAt"`;

/** One page of a resource's events: some to expunge in the first pass, many to look through in the last. */
const PAGE = 50;
const LAST_PASS_PAGE = 1_000;
/** A publish that was under way when the expunge was asked for may commit this much later: no statement may take longer. */
const SETTLE_SECONDS = 5;
/** How long nobody else goes on with what is being carried out. */
const LEASE_SECONDS = 60;

/** Expunges: asked for, carried out step by step, told of. What is done twice is done once. */
@Injectable()
export class ExpungeStore {
  private readonly pool: Pool;

  constructor(dataSource: DataSource) {
    this.pool = poolOf(dataSource);
  }

  /** Writes down what is asked for, and by whom. Errors: `quota_exceeded`. */
  async create(tenantId: string, scope: ExpungeScope): Promise<ExpungeRow> {
    const id = newUuid();
    await withTransaction(this.pool, async (client) => {
      await refuseTooMany(client, tenantId);
      await insert(client, id, tenantId, scope);
      const note =
        scope.kind === 'event'
          ? ({ action: 'event.expunged', object: scope.eventId } as const)
          : ({ action: 'expunge.created', object: formatId('exp', id) } as const);
      await audit(client, { tenantId, ...note });
    });
    return (await this.find(tenantId, id))!;
  }

  async find(tenantId: string, id: string): Promise<ExpungeRow | null> {
    const { rows } = await this.pool.query<ExpungeRow>(`SELECT ${COLUMNS} FROM expunges x WHERE x.id = $1 AND x.tenant_id = $2`, [
      id,
      tenantId,
    ]);
    return rows[0] ?? null;
  }

  /** Newest first, before the expunge `beforeUuid`. */
  async list(tenantId: string, limit: number, beforeUuid: string | null): Promise<ExpungeRow[]> {
    const { rows } = await this.pool.query<ExpungeRow>(
      `SELECT ${COLUMNS} FROM expunges x WHERE x.tenant_id = $1 AND ($3::uuid IS NULL OR x.id < $3) ORDER BY x.id DESC LIMIT $2`,
      [tenantId, limit, beforeUuid],
    );
    return rows;
  }

  /** Takes one that is due, for a minute; null when none is. */
  async take(): Promise<ExpungeRow | null> {
    const { rows } = await this.pool.query<ExpungeRow>({
      name: 'expunge-take',
      text: `WITH due AS (SELECT id FROM expunges WHERE due_at <= now() AND ended_at IS NULL ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED)
        UPDATE expunges x SET due_at = now() + make_interval(secs => ${LEASE_SECONDS}) FROM due WHERE x.id = due.id RETURNING ${COLUMNS}`,
    });
    return rows[0] ?? null;
  }

  /** One step, of at most a page of events. Resolves to whether there is more to do, now or later. */
  async step(expunge: ExpungeRow): Promise<boolean> {
    const { id, tenantId, eventUuid } = expunge;
    if (eventUuid === null) return this.stepResource(expunge);
    const isThrough = await expungeEvent(this.pool, { expungeId: id, tenantId, eventUuid });
    await (isThrough ? this.end(id) : this.goOn(expunge, 1));
    return !isThrough;
  }

  private async stepResource(expunge: ExpungeRow): Promise<boolean> {
    const { id, tenantId } = expunge;
    const page = await this.pageOf(expunge);
    for (const event of page) {
      const isDue = !expunge.isLastPass || !event.isExpunged;
      if (isDue && !(await expungeEvent(this.pool, { expungeId: id, tenantId, eventUuid: event.id }))) {
        await this.goOn(expunge, 1);
        return true;
      }
      expunge.position = event.id;
    }
    const isPassed = page.length < (expunge.isLastPass ? LAST_PASS_PAGE : PAGE);
    if (!isPassed) await this.goOn(expunge, 0);
    else if (expunge.isLastPass) await this.end(id);
    else await this.beginLastPass(expunge);
    return !(isPassed && expunge.isLastPass);
  }

  /** What is published later than the expunge was asked for is not its business. */
  private async pageOf(expunge: ExpungeRow): Promise<{ id: string; isExpunged: boolean }[]> {
    const { rows } = await this.pool.query<{ id: string; isExpunged: boolean }>(
      `SELECT e.id, e.expunged_at IS NOT NULL AS "isExpunged" FROM events e
       WHERE e.tenant_id = $1 AND e.resource_type = $2 AND e.resource_id = $3 AND ($4::uuid IS NULL OR e.id > $4)
         AND e.id < uuid_floor($5::timestamptz + make_interval(secs => ${SETTLE_SECONDS}))
       ORDER BY e.id LIMIT $6`,
      [
        expunge.tenantId,
        expunge.resourceType,
        expunge.resourceId,
        expunge.position,
        expunge.createdAt,
        expunge.isLastPass ? LAST_PASS_PAGE : PAGE,
      ],
    );
    return rows;
  }

  private async goOn({ id, position }: ExpungeRow, delaySeconds: number): Promise<void> {
    await this.pool.query(`UPDATE expunges SET position = $2, due_at = now() + make_interval(secs => $3) WHERE id = $1`, [
      id,
      position,
      delaySeconds,
    ]);
  }

  private async beginLastPass({ id }: ExpungeRow): Promise<void> {
    await this.pool.query(
      `UPDATE expunges SET is_last_pass = true, position = NULL,
         due_at = greatest(now(), created_at + make_interval(secs => ${SETTLE_SECONDS * 2})) WHERE id = $1`,
      [id],
    );
  }

  private async end(id: string): Promise<void> {
    await this.pool.query('UPDATE expunges SET ended_at = now() WHERE id = $1 AND ended_at IS NULL', [id]);
  }
}

/** Many that come together are judged one after the other. */
async function refuseTooMany(client: PoolClient, tenantId: string): Promise<void> {
  await client.query(`SELECT pg_advisory_xact_lock(hashtext('tidings.expunges'), hashtext($1))`, [tenantId]);
  const { rows } = await client.query<{ open: number }>(
    'SELECT count(*)::int AS open FROM expunges WHERE tenant_id = $1 AND ended_at IS NULL',
    [tenantId],
  );
  const { max } = LIMITS.openExpunges;
  if (rows[0]!.open >= max) throw new DomainError('quota_exceeded', `A tenant has at most ${max} expunges that have not ended.`);
}

/** One event is expunged by whoever asks, and by a dispatcher only if that comes to nothing. A resource that waits to be fetched is not fetched any more. */
async function insert(client: PoolClient, id: string, tenantId: string, scope: ExpungeScope): Promise<void> {
  if (scope.kind === 'event') {
    await client.query(
      `INSERT INTO expunges (id, tenant_id, event_id, due_at) VALUES ($1, $2, $3, now() + make_interval(secs => ${LEASE_SECONDS}))`,
      [id, tenantId, scope.eventUuid],
    );
    return;
  }
  const { resourceType, resourceId } = scope;
  await client.query('INSERT INTO expunges (id, tenant_id, resource_type, resource_id, due_at) VALUES ($1, $2, $3, $4, now())', [
    id,
    tenantId,
    resourceType,
    resourceId,
  ]);
  await client.query(
    `DELETE FROM outbound_requests WHERE tenant_id = $1 AND kind = 'hydration' AND resource_type = $2 AND resource_id = $3`,
    [tenantId, resourceType, resourceId],
  );
}
