import { commandsIn } from './redis-commands.js';

describe('the commands that Redis has carried out', () => {
  it('are added up over all kinds, without the question itself', () => {
    const info =
      '# Commandstats\r\ncmdstat_info:calls=9,usec=1\r\ncmdstat_client|setname:calls=2,usec=5\r\ncmdstat_bzpopmin:calls=3,usec=5,usec_per_call=1.7\r\n';
    expect(commandsIn(info)).toBe(5);
    expect(commandsIn('# Commandstats\r\n')).toBe(0);
  });
});
