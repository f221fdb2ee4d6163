import { DomainError } from '#domain/errors.js';
import type { Type } from '@nestjs/common';
import { ValidationPipe } from '../../http/validation.pipe.js';
import { ListSubscriptions } from './list-subscriptions.dto.js';
import { StatsQuery } from '../../stats/subscription-stats.dto.js';
import { RotateSecret } from './actions.dto.js';
import { CreateSubscription, PatchSubscription, ReplaceSubscription } from './write-subscription.dto.js';

const pipe = new ValidationPipe();

async function faultsOf(dto: Type, value: unknown, type: 'body' | 'query' = 'body'): Promise<string[]> {
  try {
    await pipe.transform(value, { type, metatype: dto });
    return [];
  } catch (error) {
    if (error instanceof DomainError) return error.errors.map(({ path, code }) => `${path} ${code}`);
    throw error;
  }
}

const created = (changes: object) => faultsOf(CreateSubscription, { name: 'n', url: 'https://e.example.com', ...changes });

describe('a new subscription', () => {
  const refused: [object, string][] = [
    [{ colour: 'red' }, '/colour unknown_field'],
    [{ id: 'sub_x' }, '/id unknown_field'],
    [{ tenantId: 'x' }, '/tenantId unknown_field'],
    [{ suspended: true }, '/suspended unknown_field'],
    [{ version: { versionNo: '1.0' } }, '/version unknown_field'],
    [{ tls: { verify: true, insecure: true } }, '/tls/insecure unknown_field'],
    [{ topics: [{ resource: 'x' }] }, '/topics/0/resource unknown_field'],
    [{ failureHandling: { alertEndpoint: { url: 'x', method: 'POST' } } }, '/failureHandling/alertEndpoint/method unknown_field'],
    [{ failureHandling: { addTriggers: ['404'] } }, '/failureHandling/addTriggers unknown_field'],
    [{ url: null }, '/url required'],
    [{ enabled: 'true' }, '/enabled invalid_type'],
    [{ enabled: 1 }, '/enabled invalid_type'],
    [{ timeoutMs: '5000' }, '/timeoutMs invalid_type'],
    [{ timeoutMs: 1_500.5 }, '/timeoutMs invalid_type'],
    [{ timeoutMs: 999 }, '/timeoutMs out_of_range'],
    [{ method: 'GET' }, '/method invalid_value'],
    [{ eventTypes: 'order.*' }, '/eventTypes invalid_type'],
    [{ topics: [null] }, '/topics/0 invalid_type'],
    [{ headers: [] }, '/headers invalid_type'],
    [{ signature: { style: 'md5' } }, '/signature/style invalid_value'],
    [{ rateLimit: { limit: 1 } }, '/rateLimit/windowSeconds required'],
    [{ sources: [{ app: 'orders' }] }, '/sources/0/app invalid_format'],
    [{ secret: '' }, '/secret invalid_length'],
  ];
  it.each(refused)('is refused with %j', async (changes, fault) => {
    expect(await created(changes)).toContain(fault);
  });

  it('keeps free-form members exactly as they were parsed', async () => {
    const free = {
      filter: { '===': [{ var: 'a' }, null] },
      templates: { toString: { valueOf: 1 } },
      metadata: { hasOwnProperty: [{}] },
      headers: { toString: 'x' },
    };
    const body = { name: 'n', url: 'u', ...free };
    expect(await pipe.transform(body, { type: 'body', metatype: CreateSubscription })).toMatchObject(free);
  });

  it('may leave null where nothing is said', async () => {
    const nulls = [
      'description',
      'eventTypes',
      'topics',
      'sources',
      'filter',
      'headers',
      'templates',
      'failureHandling',
      'maxConcurrency',
      'rateLimit',
      'metadata',
    ];
    expect(await created(Object.fromEntries(nulls.map((name) => [name, null])))).toEqual([]);
  });
});

describe('a change of a subscription', () => {
  it('may say nothing at all', async () => {
    expect(await faultsOf(PatchSubscription, {})).toEqual([]);
  });

  it.each(['name', 'url', 'method', 'signature', 'tls', 'timeoutMs', 'enabled', 'addEventTypes', 'removeHeaders'])(
    'cannot clear %s',
    async (name) => {
      const faults = await faultsOf(PatchSubscription, { [name]: null });
      expect(faults).toHaveLength(1);
      expect(faults[0]).toMatch(new RegExp(`^/${name} `));
    },
  );

  it('cannot set the secret, which is rotated instead', async () => {
    expect(await faultsOf(PatchSubscription, { secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' })).toEqual(['/secret unknown_field']);
    expect(await faultsOf(ReplaceSubscription, { name: 'n', url: 'u', secret: 'x' })).toEqual(['/secret unknown_field']);
  });

  it('takes parts of objects, and null for members of headers', async () => {
    const patch = {
      rateLimit: { limit: 5 },
      failureHandling: { alertEndpoint: { headers: { A: null } }, addTriggers: ['404'] },
      headers: { B: null },
      version: { versionNo: '2.0' },
    };
    expect(await faultsOf(PatchSubscription, patch)).toEqual([]);
  });

  it.each(['2', '0.0', '02.0', '2.1', 'x'])('refuses the version %s', async (versionNo) => {
    expect(await faultsOf(ReplaceSubscription, { name: 'n', url: 'u', version: { versionNo } })).toEqual([
      '/version/versionNo invalid_format',
    ]);
  });
});

describe('what else is asked of subscriptions', () => {
  it.each([
    ['1', 'true', []],
    ['200', 'false', []],
    ['0', 'true', ['/limit out_of_range']],
    ['201', 'true', ['/limit out_of_range']],
    ['10', 'yes', ['/enabled invalid_type']],
  ])('a list of %s that are enabled: %s', async (limit, enabled, faults) => {
    expect(await faultsOf(ListSubscriptions, { limit, enabled }, 'query')).toEqual(faults);
  });

  it.each([
    ['1', []],
    ['720', []],
    ['0', ['/hours out_of_range']],
    ['721', ['/hours out_of_range']],
    ['1.5', ['/hours invalid_type']],
  ])('stats over %s hours', async (hours, faults) => {
    expect((await faultsOf(StatsQuery, { hours }, 'query')).slice(0, 1)).toEqual(faults);
  });

  it.each([
    [0, []],
    [604_800, []],
    [-1, ['/graceSeconds out_of_range']],
    [604_801, ['/graceSeconds out_of_range']],
    ['60', ['/graceSeconds invalid_type']],
  ])('a secret that goes on for %j seconds', async (graceSeconds, faults) => {
    expect((await faultsOf(RotateSecret, { graceSeconds })).slice(0, 1)).toEqual(faults);
  });
});
