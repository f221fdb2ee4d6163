import { placeOf } from './place-of';

const toOf = (object: string, isOperator: boolean, action = 'x.changed') => placeOf(object, action, isOperator)?.to ?? null;

describe('the object of an audit entry', () => {
  it('leads to its own screen', () => {
    expect(toOf('sub_1', false)).toBe('/subscriptions/sub_1');
    expect(toOf('dlv_1', false)).toBe('/deliveries/dlv_1');
    expect(toOf('rpl_1', false)).toBe('/replays/rpl_1');
    expect(toOf('app:1-2', false)).toBe('/catalog/app:1-2');
    expect(toOf('app:1-2/or.ders/Order_Placed', false)).toBe('/catalog/app:1-2?topic=or.ders');
    expect(toOf('key_1', false)).toBe('/keys?key=key_1');
  });

  it('that is an event leads there, whatever id its publisher gave it', () => {
    expect(toOf('evt_1', false, 'event.expunged')).toBe('/events/evt_1');
    expect(toOf('app:42/7', false, 'event.expunged')).toBe('/events/app%3A42%2F7');
  });

  it('of a tenant leads an operator nowhere, who cannot see it, and the other way round', () => {
    expect(['sub_1', 'dlv_1', 'app:1'].map((id) => toOf(id, true))).toEqual([null, null, null]);
    expect([toOf('evt_1', true, 'event.expunged'), toOf('ten_1', false)]).toEqual([null, null]);
    expect([toOf('ten_1', true), toOf('key_1', true)]).toEqual(['/tenants/ten_1', '/keys?key=key_1']);
  });

  it('without a screen leads nowhere', () => {
    expect([toOf('exp_1', false), toOf('', false)]).toEqual([null, null]);
  });
});
