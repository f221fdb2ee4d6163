interface Client {
  info(section: string): Promise<string>;
}

/** Commands that the server has carried out, those within scripts included; our own INFO is left out. */
export async function countCommands(redis: Client): Promise<number> {
  return commandsIn(await redis.info('commandstats'));
}

/** Lines of `INFO commandstats`: `cmdstat_get:calls=21,usec=175,…`. */
export function commandsIn(info: string): number {
  const calls = [...info.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)];
  return calls.reduce((sum, [, name, count]) => (name === 'info' ? sum : sum + Number(count)), 0);
}
