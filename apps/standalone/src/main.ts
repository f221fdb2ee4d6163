import { mkdirSync } from 'node:fs';
import { waitUntilReady } from './api-client.js';
import { startDemoReceiver } from './demo-receiver.js';
import { deliverFirstEvent, ensureDemo } from './first-run.js';
import { lockHome } from './lock.js';
import { complain, say, step, told } from './narrate.js';
import { freePort } from './ports.js';
import { readStandaloneSettings, type StandaloneSettings } from './settings.js';
import { openState, saveState } from './state.js';
import { StopList } from './stop-list.js';
import { stopRequested } from './stop-signal.js';
import { Supervisor } from './supervisor.js';
import { tourOf } from './tour.js';

const READY_TIMEOUT_MS = 60_000;

/** Everything on one laptop: database, migration, receiver, dispatcher, gateway; then one real event through all of it. */
async function run(settings: StandaloneSettings, stops: StopList): Promise<never> {
  const { home, port } = settings;
  mkdirSync(home, { recursive: true });
  const lock = lockHome(home);
  await stops.add('lock', lock.release);
  const state = openState(home);
  const supervisor = new Supervisor(settings, state, stops);
  await stops.add('guard', () => supervisor.dismissGuard());
  const alive = <T>(work: Promise<T>): Promise<T> => Promise.race([work, supervisor.crashed]);

  await supervisor.claimPort(lock.tookOver);
  const databaseUrl = await step('PostgreSQL', () => supervisor.database());
  await step('migrations', () => alive(supervisor.run('migrate', databaseUrl)));

  state.receiverPort = await freePort(state.receiverPort);
  const receiver = await startDemoReceiver(state.receiverPort, () => state.demo?.signingSecret);
  await stops.add('receiver', () => receiver.close());
  saveState(home, state);

  const gatewayUrl = `http://127.0.0.1:${port}`;
  await supervisor.start('dispatcher', databaseUrl, { METRICS_PORT: String(await freePort()) });
  await supervisor.start('gateway', databaseUrl, { PORT: String(port), METRICS_PORT: String(await freePort()) });
  await step('dispatcher and gateway', () => alive(waitUntilReady(gatewayUrl, READY_TIMEOUT_MS)));

  const operatorKey = settings.passedOn['BOOTSTRAP_KEY'] ?? state.bootstrapKey;
  const demo = (state.demo = await alive(ensureDemo(gatewayUrl, operatorKey, state.demo, receiver.url)));
  saveState(home, state);
  const event = await step('one event, end to end', () => alive(deliverFirstEvent(gatewayUrl, demo, receiver)));
  say(tourOf({ gatewayUrl, databaseUrl, demo, event }, settings));
  return supervisor.crashed;
}

/** Runs until somebody asks to stop or something breaks; then stops all of it, newest first. Returns the exit code. */
async function main(): Promise<number> {
  const stops = new StopList();
  const asked = stopRequested(() => {
    complain('Killed.');
    stops.killAll();
    process.exit(130);
  });
  let failed = false;
  try {
    const signal = await Promise.race([asked, run(readStandaloneSettings(process.env), stops)]);
    say(`\n${signal}: stopping (once more kills) …`);
  } catch (error) {
    failed = true;
    complain(told(error));
  }
  const clean = await stops.stopAll();
  if (!failed) say('Stopped. The data is kept; npm start goes on from here.');
  return failed || !clean ? 1 : 0;
}

process.exit(await main());
