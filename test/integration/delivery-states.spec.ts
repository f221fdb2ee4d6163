import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../apps/standalone/src/project-root.js';
import { canMove, DELIVERY_STATES, type DeliveryState, type EndReason, TRANSITIONS } from '../../libs/domain/src/delivery.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { columnsIn, insertDelivery, insertSubscription, insertTenant, type DeliveryPlace, readDelivery } from '../support/rows.js';

const pairs = DELIVERY_STATES.flatMap((from) => DELIVERY_STATES.map((to) => [from, to] as const));

/** Every reason there is: the compiler asks for each of them. */
const REASONS: Record<EndReason, true> = {
  acknowledged: true,
  attempts_exhausted: true,
  not_retryable: true,
  poison: true,
  gone: true,
  cancelled_by_operator: true,
  discarded_by_operator: true,
  subscription_deleted: true,
  subscription_gone: true,
  expunged: true,
};

describe('the states of a delivery', () => {
  let db: TestDatabase;
  let place: DeliveryPlace;

  beforeAll(async () => {
    db = await createTestDatabase();
    const tenantId = await insertTenant(db);
    place = { tenantId, subscriptionId: await insertSubscription(db, tenantId) };
  });

  const move = (id: string, to: DeliveryState): Promise<unknown> => {
    const { dueAt, leaseToken, reason, endedAt } = columnsIn(to);
    return db.query(
      `UPDATE deliveries SET state = $2, due_at = ${dueAt}, lease_token = ${leaseToken}, reason = ${reason}, ended_at = ${endedAt} WHERE id = $1`,
      [id, to],
    );
  };

  describe.each(pairs)('from %s to %s', (from, to) => {
    const mayMove = from === to || canMove(from, to);

    it(mayMove ? 'may go, also for the database' : 'may not go, whoever asks the database', async () => {
      const id = await insertDelivery(db, place, { state: from });
      if (mayMove) await move(id, to);
      else await expect(move(id, to)).rejects.toMatchObject({ code: '23514', constraint: 'deliveries_transition' });
      expect(await readDelivery(db, id)).toMatchObject({ state: mayMove ? to : from });
    });
  });

  it('are seven, and the database knows no other', async () => {
    const id = await insertDelivery(db, place);
    await expect(db.query(`UPDATE deliveries SET state = 'lost' WHERE id = $1`, [id])).rejects.toMatchObject({ code: '23514' });
  });

  it.each([
    ['an open delivery without a clock', 'pending', 'due_at = NULL'],
    ['an ended delivery with a clock', 'failed', 'due_at = now()'],
    ['an attempt without a lease', 'sending', 'lease_token = NULL'],
    ['a lease without an attempt', 'pending', 'lease_token = gen_random_uuid()'],
    ['an open delivery that has ended', 'pending', 'ended_at = now()'],
    ['an end without its time', 'delivered', 'ended_at = NULL'],
    ['an end without a reason', 'cancelled', 'reason = NULL'],
    ['a reason without an end', 'sending', `reason = 'gone'`],
    ['an attempt that nobody asked for', 'pending', `trigger = 'chance'`],
  ] as const)('cannot hold %s', async (_, state, change) => {
    const id = await insertDelivery(db, place, { state });
    await expect(db.query(`UPDATE deliveries SET ${change} WHERE id = $1`, [id])).rejects.toMatchObject({ code: '23514' });
  });

  describe('in their documentation', () => {
    const page = readFileSync(join(projectRoot(), 'docs', 'delivery-states.md'), 'utf8');
    /** The first two cells of each row of the table under a heading. */
    const tableUnder = (heading: string): string[][] => {
      const section = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
      return section
        .split('\n')
        .filter((line) => line.startsWith('| `'))
        .map((line) =>
          line
            .split('|')
            .slice(1, 3)
            .map((cell) => cell.trim()),
        );
    };
    const codes = (cell: string | undefined): string[] => [...(cell ?? '').matchAll(/`(\w+)`/g)].map(([, code]) => code!);

    it('go where the code lets them go, and nowhere else', () => {
      const documented = Object.fromEntries(tableUnder('Transitions').map(([from, to]) => [codes(from)[0], codes(to)]));
      expect(documented).toEqual(TRANSITIONS);
    });

    it('are each explained', () => {
      expect(tableUnder('States').flatMap(([state]) => codes(state))).toEqual([...DELIVERY_STATES]);
    });

    it('end for the reasons that there are', () => {
      expect(
        tableUnder('Reasons')
          .flatMap(([reason]) => codes(reason))
          .sort(),
      ).toEqual(Object.keys(REASONS).sort());
    });
  });
});
