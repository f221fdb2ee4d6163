import { verifyStandard } from '../../libs/domain/src/signature/verify.js';
import { type ReceivedRequest } from '../support/receiver.js';
import { isSignedWith, readSubscription, startStage, untilDelivery, type Stage } from './stage.js';

interface Rotated {
  secret: string;
  items: { current: boolean; expiresAt: string | null; publicKey?: string }[];
}

/** By the public key that the API shows, or by a secret. */
const isGenuine = ({ headers, body }: ReceivedRequest, key: string): boolean =>
  verifyStandard({ headers, body, keys: [key], nowSeconds: Math.floor(Date.now() / 1_000) }).ok;
const versions = ({ headers }: ReceivedRequest): string[] =>
  String(headers['webhook-signature'])
    .split(' ')
    .map((signature) => signature.split(',')[0]!);

describe('a subscription that goes over from one algorithm to the other', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage();
  });

  const received = async (): Promise<ReceivedRequest> => {
    const { id } = await stage.tenant.publish({ type: 'turn', data: {} });
    await untilDelivery(stage.tenant, id, { state: 'delivered' });
    return stage.receiver.requests.find(({ headers }) => headers['webhook-id'] === id)!;
  };

  it('signs with both while the grace lasts, so that the receiver may change over whenever it likes', async () => {
    const { tenant, receiver } = stage;
    const subscription = await tenant.subscribe({ url: `${receiver.url}/turn`, eventTypes: ['turn'] });
    const rotate = async (body: object): Promise<{ status: number; body: Rotated & { code?: string } }> =>
      tenant.send('POST', `/v1/subscriptions/${subscription.id}/secrets/rotate`, { body });
    expect(versions(await received())).toEqual(['v1']);

    const turned = await rotate({ algorithm: 'ed25519', graceSeconds: 3600 });
    expect([turned.status, turned.body.secret.slice(0, 5), turned.body.items.map(({ publicKey }) => typeof publicKey)]).toEqual([
      200,
      'whsk_',
      ['string', 'undefined'],
    ]);
    const both = await received();
    expect(versions(both)).toEqual(['v1a', 'v1']);
    expect([isGenuine(both, turned.body.items[0]!.publicKey!), isSignedWith(subscription.secret, both)]).toEqual([true, true]);
    expect(await readSubscription(tenant, subscription)).toMatchObject({ signature: { algorithm: 'ed25519' } });

    // And at once: none but the new one signs any more.
    const back = await rotate({ algorithm: 'hmac-sha256', graceSeconds: 0 });
    const single = await received();
    expect([versions(single), isSignedWith(back.body.secret, single), isSignedWith(subscription.secret, single)]).toEqual([
      ['v1'],
      true,
      false,
    ]);
  });

  it('is refused an algorithm that its style does not know, a secret of the other kind, and a sixth secret', async () => {
    const { tenant, receiver } = stage;
    const make = (signature: object) => tenant.subscribe({ url: `${receiver.url}/x`, eventTypes: ['x'], signature: signature as never });
    const [socotra, standard] = [await make({ style: 'socotra' }), await make({})];
    const rotate = async (id: string, body: object) => {
      const answer = await tenant.send<{ code?: string }>('POST', `/v1/subscriptions/${id}/secrets/rotate`, { body });
      return [answer.status, answer.body.code];
    };
    expect(await rotate(socotra.id, { algorithm: 'ed25519' })).toEqual([422, 'invalid_value']);
    expect(await rotate(standard.id, { algorithm: 'ed448' })).toEqual([422, 'invalid_value']);
    expect(await rotate(standard.id, { algorithm: 'ed25519', secret: standard.secret })).toEqual([422, 'secret_invalid']);
    for (let i = 0; i < 4; i++) expect(await rotate(standard.id, {})).toEqual([200, undefined]);
    expect(await rotate(standard.id, { algorithm: 'ed25519' })).toEqual([409, 'rotation_limit']);
    expect(await readSubscription(tenant, standard)).toMatchObject({ signature: { algorithm: 'hmac-sha256' } });
    expect(await rotate(standard.id, { graceSeconds: 0 })).toEqual([200, undefined]);
  });
});
