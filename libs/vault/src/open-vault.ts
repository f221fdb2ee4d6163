import { parseKeyRing } from './key-ring.js';
import { Vault } from './vault.js';

/** The vault of a process, from the text of its key ring; tried once, so that a broken one stops the start. */
export function openVault(keys: string): Vault {
  const vault = new Vault(parseKeyRing(keys));
  vault.selfTest();
  return vault;
}
