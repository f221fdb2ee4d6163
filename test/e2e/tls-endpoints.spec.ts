import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerOptions } from 'node:https';
import type { Attempt } from '../support/api-shapes.js';
import { makeCertificate } from '../support/certificates.js';
import { atEnd } from '../support/cleanup.js';
import { startReceiver, type Receiver } from '../support/receiver.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { RECEIVER_HOST } from '../support/test-settings.js';
import { startStage, untilDelivery, type Stage } from './stage.js';

const NAMES = [`IP:${RECEIVER_HOST}`];

/** The processes trust one authority more than the world does, so that a certificate can be wrong in one respect alone. */
describe('an https endpoint', () => {
  const authority = makeCertificate('Authority', { isAuthority: true });
  const sound = makeCertificate('sound', { names: NAMES, issuer: authority });
  let stage: Stage;

  beforeAll(async () => {
    const folder = temporaryFolder('trust');
    atEnd(folder, () => rmSync(folder, { recursive: true, force: true }));
    const trusted = join(folder, 'authority.pem');
    writeFileSync(trusted, authority.cert);
    stage = await startStage({ env: { NODE_EXTRA_CA_CERTS: trusted } });
  });

  /** One attempt of a subscription of its own at this receiver, and how it ended. */
  async function attemptAt({ url }: Pick<Receiver, 'url'>, name: string, verify = true): Promise<[string, Attempt]> {
    const { tenant } = stage;
    await tenant.subscribe({ url: `${url}/${name}`, eventTypes: [name], tls: { verify }, failureHandling: { retry: null } });
    const { id } = await tenant.publish({ type: name, data: {} });
    const { id: delivery, state } = await untilDelivery(tenant, id, { attemptCount: 1 });
    return [state, (await tenant.attempts(delivery))[0]!];
  }

  const https = (options: ServerOptions): Promise<Receiver> => startReceiver({ tls: { ...sound, ...options } });

  it.each<[string, string, () => Promise<Pick<Receiver, 'url'>>]>([
    ['is self-signed', 'tls_untrusted', () => https(makeCertificate('alone', { names: NAMES }))],
    ['is for another name', 'tls_hostname', () => https(makeCertificate('other', { names: ['DNS:elsewhere.example'], issuer: authority }))],
    ['has expired', 'tls_expired', () => https(makeCertificate('old', { names: NAMES, issuer: authority, isExpired: true }))],
    ['comes with TLS 1.1', 'tls_protocol', () => https({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })],
    ['is none, for it speaks plain HTTP', 'tls_protocol', async () => ({ url: (await startReceiver()).url.replace('http:', 'https:') })],
  ])('whose certificate %s gets nothing: the attempt fails with the code %s', async (_, code, start) => {
    const receiver = await start();
    const [state, attempt] = await attemptAt(receiver, `bad-${new URL(receiver.url).port}`);
    expect([state, attempt.error?.code]).toEqual(['failed', code]);
    if ('requests' in receiver) expect(receiver.requests).toEqual([]);
  });

  it('whose certificate is sound gets its events', async () => {
    const receiver = await https({});
    expect(await attemptAt(receiver, 'sound')).toMatchObject(['delivered', { response: { status: 200 } }]);
  });

  it('is not verified for the one subscription that asks for that, before and after one that is', async () => {
    const receiver = await https(makeCertificate('alone', { names: NAMES }));
    const states: string[] = [];
    for (const [name, verify] of [
      ['one', false],
      ['two', true],
      ['three', false],
      ['four', true],
    ] as const)
      states.push((await attemptAt(receiver, name, verify))[0]);
    expect(states).toEqual(['delivered', 'failed', 'delivered', 'failed']);
    expect(receiver.requests.map(({ path }) => path)).toEqual(['/one', '/three']);
  });
});
