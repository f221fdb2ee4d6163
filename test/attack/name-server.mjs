import dns from 'node:dns';

/**
 * Loaded before a program under test (`--import`): knows names that the system's resolver does not. NAMES is JSON, from a name to the answers
 * it gives in turn, each a list of addresses; the last one stays.
 */
const names = new Map(Object.entries(JSON.parse(process.env.NAMES ?? '{}')));
const lookup = dns.lookup;

dns.lookup = (hostname, options, callback) => {
  const answers = names.get(hostname);
  if (answers === undefined) {
    lookup(hostname, options, callback);
    return;
  }
  const addresses = answers.length > 1 ? answers.shift() : answers[0];
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  setImmediate(() => (options.all ? callback(null, found) : callback(null, found[0].address, found[0].family)));
};
