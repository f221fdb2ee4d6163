import { callsByStep, type Statement, stepOf } from './statements.js';

const statement = (query: string, calls: number): Statement => ({ id: query, query, calls, rows: 0, totalMs: 0, blocks: 0 });

describe('the step a statement belongs to', () => {
  it.each([
    ['store', 'WITH given AS (SELECT * FROM unnest($1)), stored AS ( INSERT INTO events (id) SELECT id FROM given )'],
    ['claim', 'WITH given AS (SELECT 1), made AS ( INSERT INTO deliveries (id) SELECT id FROM given ) SELECT id FROM made'],
    ['claim', 'WITH due AS (\n SELECT id, subscription_id FROM deliveries WHERE id = ANY($1::uuid[]) )'],
    ['sweep', 'WITH due AS (\n SELECT id, subscription_id FROM deliveries WHERE due_at <= now() AND state = $4 ORDER BY due_at LIMIT $1 )'],
    ['record', 'WITH moved AS (UPDATE deliveries d SET state = $1), noted AS ( INSERT INTO attempts (delivery_id) SELECT 1 )'],
    ['sweep', 'WITH expired AS (SELECT id FROM deliveries), noted AS ( INSERT INTO attempts (delivery_id) SELECT 1 )'],
    ['fan-out', 'DELETE FROM event_outbox WHERE event_id = ANY($1::uuid[])'],
    ['sweep', '\nSELECT EXISTS (SELECT FROM deliveries WHERE due_at <= now()) AS due, EXISTS (SELECT FROM event_outbox) AS outbox'],
    ['other', 'SELECT 1'],
  ])('is %s for what only it says', (step, query) => expect(stepOf(query)).toBe(step));

  it('adds up the calls of each', () => {
    const calls = callsByStep([statement('INSERT INTO events', 2), statement('INSERT INTO events (id)', 3), statement('SELECT 1', 5)]);
    expect(calls).toMatchObject({ store: 5, other: 5, record: 0 });
  });
});
