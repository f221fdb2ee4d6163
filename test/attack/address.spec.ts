import { request } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import fc from 'fast-check';
import { Dialer } from '../../apps/dispatcher/src/dispatch/send/dial.js';
import { GuardedAgents } from '../../apps/dispatcher/src/dispatch/send/guarded-agents.js';
import { createResolve } from '../../apps/dispatcher/src/dispatch/send/resolve.js';
import { parseAllowList } from '../../libs/domain/src/address-policy.js';
import { checkEndpointUrl } from '../../libs/domain/src/url-policy.js';
import { atEnd } from '../support/cleanup.js';
import { CANARY_HOST, RECEIVER_HOST } from '../support/test-settings.js';

const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_121);
const RUNS = 300 * Number(process.env['FUZZ_RUNS'] ?? 1);

const allow = parseAllowList([`${RECEIVER_HOST}/32`]);

type Octets = [number, number, number, number];
const inBase = (value: number, base: number): string =>
  base === 16 ? `0x${value.toString(16)}` : base === 8 ? `0${value.toString(8)}` : String(value);
const DIGITS: Record<string, string> = Object.fromEntries([...'0123456789'].map((digit, i) => [digit, String.fromCodePoint(0xff10 + i)]));

/** The ways in which the WHATWG parser lets an IPv4 address be written. Nothing outside 127.0.0.0/8 is among them: none may ever be dialled. */
const spelling = fc
  .record({
    octets: fc.oneof(
      fc.constantFrom<Octets>([127, 0, 0, 10], [127, 0, 0, 66]),
      fc.tuple(fc.constant(127), fc.nat(255), fc.nat(255), fc.nat(255)),
    ),
    bases: fc.tuple(...Array.from({ length: 4 }, () => fc.constantFrom(10, 8, 16))),
    parts: fc.constantFrom(1, 2, 3, 4),
    disguise: fc.constantFrom('plain', 'dot', 'escaped', 'fullwidth', 'ideographic', 'mapped', 'mapped-hex', 'upper'),
    slashes: fc.constantFrom('//', '/', '///', '\\\\', ''),
  })
  .map(({ octets: [a, b, c, d], bases, parts, disguise, slashes }) => {
    const tail = [a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d, b * 2 ** 16 + c * 2 ** 8 + d, c * 2 ** 8 + d, d][parts - 1]!;
    const plain = [...[a, b, c].slice(0, parts - 1), tail].map((value, i) => inBase(value, bases[i]!)).join('.');
    const host = {
      plain,
      dot: `${plain}.`,
      escaped: plain.replaceAll(/\d/g, (digit) => `%3${digit}`),
      fullwidth: plain.replaceAll(/\d/g, (digit) => DIGITS[digit]!),
      ideographic: plain.replaceAll('.', '。'),
      mapped: `[::ffff:${a}.${b}.${c}.${d}]`,
      'mapped-hex': `[::ffff:${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}]`,
      upper: plain.toUpperCase(),
    }[disguise];
    return (port: number): string => `http:${slashes}${host}:${port}/`;
  });

/** What the url parser reads, what the policy says of it, and where the socket goes are one and the same address, however it is written. */
describe('an address in any spelling', () => {
  let port: number;
  const reached = new Map<string, number>();
  const listen = (host: string, wanted: number): Promise<Server> =>
    new Promise((resolve, reject) => {
      const server = createServer((socket: Socket) => {
        reached.set(host, (reached.get(host) ?? 0) + 1);
        socket.end('HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n');
      });
      server.once('error', reject).listen(wanted, host, () => resolve(server));
      atEnd(`server on ${host}`, () => void server.close());
    });

  beforeAll(async () => {
    port = ((await listen(RECEIVER_HOST, 0)).address() as AddressInfo).port;
    await listen(CANARY_HOST, port);
  });

  /** The address that the socket connected to, or why there was none. */
  const dial = (url: URL, agents: GuardedAgents): Promise<string> =>
    new Promise((resolve) => {
      try {
        let address = '';
        const outgoing = request(url, { agent: agents.for({ verify: true }).http }, (response) => {
          response.resume().once('close', () => resolve(address));
        });
        // The guard hands over a socket that is connected.
        outgoing.once('socket', (socket) => (address = socket.remoteAddress ?? ''));
        outgoing.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message)).end();
      } catch (error) {
        resolve((error as NodeJS.ErrnoException).code ?? String(error));
      }
    });

  it('row 61: is judged, parsed and dialled as the same one', async () => {
    const agents = new GuardedAgents(new Dialer({ allow }, createResolve()));
    atEnd('agents', () => agents.destroy());
    await fc.assert(
      fc.asyncProperty(spelling, async (write) => {
        const text = write(port);
        const url = new URL(text);
        const fault = checkEndpointUrl(text, { allow, allowHttp: true });
        const isAllowed = url.hostname === RECEIVER_HOST || url.hostname === '[::ffff:7f00:a]';
        // A spelling that no person would write is refused, also of an address that may be called.
        expect([text, fault?.code === 'url_blocked_address']).toEqual([text, !isAllowed]);
        expect([text, await dial(url, agents)]).toEqual([
          text,
          isAllowed ? expect.stringMatching(/(^|:)127\.0\.0\.10$/) : 'blocked_address',
        ]);
      }),
      { seed: SEED, numRuns: RUNS, endOnFailure: true },
    );
    expect(reached.get(RECEIVER_HOST)).toBeGreaterThan(0);
    expect(reached.get(CANARY_HOST)).toBeUndefined();
  });
});
