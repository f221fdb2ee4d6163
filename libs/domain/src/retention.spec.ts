import { checkRetention, type TenantRetention } from './retention.js';

const codes = (retention: TenantRetention): [string, string][] => checkRetention(retention, 30).map(({ path, code }) => [path, code]);

describe('a tenant’s retention', () => {
  it.each<TenantRetention>([{}, { days: 1 }, { days: 30 }, { days: 7, failedDays: 7 }, { days: 1, failedDays: 30 }])(
    'may be %j where the deployment keeps 30 days',
    (retention) => expect(codes(retention)).toEqual([]),
  );

  it.each<[TenantRetention, [string, string][]]>([
    [{ days: 31 }, [['/settings/retention/days', 'retention_too_long']]],
    [{ days: 30, failedDays: 31 }, [['/settings/retention/failedDays', 'retention_too_long']]],
    [{ failedDays: 7 }, [['/settings/retention/days', 'required']]],
    [{ days: 8, failedDays: 7 }, [['/settings/retention/failedDays', 'retention_order']]],
  ])('is refused as %j, with the member at fault', (retention, expected) => expect(codes(retention)).toEqual(expected));
});
