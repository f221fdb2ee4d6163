/** The migrated database that each test file's own is cloned from. */
export const TEMPLATE = 'tidings_template';

export interface Addresses {
  /** Of a superuser, who may create databases. */
  postgresUrl: string;
  redisUrl: string;
}

const VARIABLE = 'TIDINGS_TEST_SERVICES';

/** jest hands the environment of its main process to its workers. */
export function publishAddresses(addresses: Addresses): void {
  process.env[VARIABLE] = JSON.stringify(addresses);
}

/** Where the servers of this run are. Throws in a jest project that does not start them. */
export function addresses(): Addresses {
  const text = process.env[VARIABLE];
  if (!text) throw new Error('No servers: this jest project needs test/support/global-setup.mjs as its globalSetup.');
  return JSON.parse(text) as Addresses;
}
