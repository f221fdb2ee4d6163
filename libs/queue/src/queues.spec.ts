import { idsOf } from './queues.js';

const UUID = '019aa63d-0361-7c8d-9e0f-1a2b3c4d5e6f';

describe('a wake-up job', () => {
  it('carries ids', () => {
    expect(idsOf({ v: 1, ids: [UUID] })).toEqual([UUID]);
  });

  it.each([[null], [undefined], ['text'], [{}], [{ v: 2, ids: [UUID] }], [{ v: 1 }], [{ v: 1, ids: 'x' }], [{ ids: [UUID] }]])(
    'of another version or shape is worth nothing: %j',
    (data) => expect(idsOf(data)).toEqual([]),
  );

  it('loses only the ids that are none', () => {
    expect(idsOf({ v: 1, ids: [UUID, 'x', 5, null, { id: UUID }] })).toEqual([UUID]);
  });
});
