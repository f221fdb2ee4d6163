import { type AddressInfo, createServer, type Server } from 'node:net';
import { readSettings } from '#config/settings.js';
import { type WakeResult, WakeProducer } from './wake-producer.js';

describe('wake-ups while the queue does not answer', () => {
  /** Takes connections and never says a word. */
  let silent: Server;
  let producer: WakeProducer;
  const results: [WakeResult, number][] = [];
  let told: () => void = () => undefined;
  const untilTold = (): Promise<void> => new Promise((resolve) => (told = resolve));

  beforeAll(async () => {
    silent = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
  });
  afterAll(() => new Promise((resolve) => silent.close(resolve)));

  beforeEach(() => {
    results.length = 0;
    const { port } = silent.address() as AddressInfo;
    const settings = readSettings({ DATABASE_URL: 'postgres://x', SECRET_KEYS: 'x', REDIS_URL: `redis://127.0.0.1:${port}` });
    producer = new WakeProducer('fanout', settings, (result, ids) => {
      results.push([result, ids]);
      told();
    });
  });
  afterEach(() => producer.close());

  it('are given up within their budget and hold up nobody', async () => {
    const failed = untilTold();
    const began = performance.now();
    producer.wake(['a', 'b']);
    expect(performance.now() - began).toBeLessThan(100);
    await failed;
    expect(results).toEqual([['failed', 2]]);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('are dropped at once after a failure, so that an outage costs nothing', async () => {
    const failed = untilTold();
    producer.wake(['a']);
    await failed;
    producer.wake(['b', 'c']);
    expect(results).toEqual([
      ['failed', 1],
      ['dropped', 2],
    ]);
  });

  it('never pile up beyond a bound', async () => {
    producer.wake(Array<string>(20_000).fill('a'));
    producer.wake(['one too many']);
    expect(results).toEqual([['dropped', 1]]);
    await untilTold();
  });

  it('are dropped once it is closed', async () => {
    await producer.close();
    producer.wake(['a']);
    expect(results).toEqual([['dropped', 1]]);
  });
});
