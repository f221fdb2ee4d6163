import 'reflect-metadata';
import { readSettings } from '#config/settings.js';
import { createDataSource, storeOptions } from '#store/data-source.js';
import { ResealStore } from '#store/reseal.store.js';
import { openVault } from '#vault/open-vault.js';
import { resealAll } from './reseal/reseal-all.js';

/** Ends with code 0 once nothing is left under any key but the active one, with 1 otherwise. */
const settings = readSettings();
const vault = openVault(settings.SECRET_KEYS);
const dataSource = await createDataSource(
  storeOptions({ url: settings.DATABASE_URL, poolSize: 2, name: 'tidings-rotate-keys', statementTimeoutMs: 60_000 }),
).initialize();
const { subscriptions, texts, left, faults } = await resealAll(new ResealStore(dataSource), vault, (round) =>
  console.log(`${round.subscriptions} subscriptions looked at, ${round.texts} texts sealed anew so far, ${round.left} left.`),
);
await dataSource.destroy();
if (left > 0) {
  console.error(`${left} texts are still sealed under another key (${faults.join(', ')}). Keep the old key on the ring.`);
  process.exitCode = 1;
} else {
  console.log(
    `${texts} texts of ${subscriptions} subscriptions are sealed anew. No other key than "${vault.activeKid}" is needed any more.`,
  );
}
