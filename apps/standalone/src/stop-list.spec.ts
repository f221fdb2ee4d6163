import { StopList } from './stop-list.js';

describe('the list of what must be stopped', () => {
  it('stops the newest first, each after the one before has stopped', async () => {
    const log: string[] = [];
    const stops = new StopList();
    for (const name of ['postgres', 'dispatcher', 'gateway']) {
      await stops.add(name, async () => {
        log.push(`${name} stopping`);
        await Promise.resolve();
        log.push(`${name} stopped`);
      });
    }
    expect(await stops.stopAll()).toBe(true);
    expect(log).toEqual(['gateway', 'dispatcher', 'postgres'].flatMap((name) => [`${name} stopping`, `${name} stopped`]));
  });

  it('goes on past one that fails, and says that not all went well', async () => {
    const stopped: string[] = [];
    const stops = new StopList();
    await stops.add('postgres', () => void stopped.push('postgres'));
    await stops.add('gateway', () => Promise.reject(new Error('stuck')));
    const complaint = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(await stops.stopAll()).toBe(false);
    expect(complaint).toHaveBeenCalledWith('gateway did not stop cleanly: stuck\n');
    complaint.mockRestore();
    expect(stopped).toEqual(['postgres']);
  });

  it('kills what is still being stopped, and what has not been reached', async () => {
    const killed: string[] = [];
    const gatewayGone = Promise.withResolvers<void>();
    const stops = new StopList();
    await stops.add(
      'postgres',
      () => undefined,
      () => killed.push('postgres'),
    );
    await stops.add(
      'gateway',
      () => gatewayGone.promise,
      () => killed.push('gateway'),
    );
    const stopping = stops.stopAll();
    stops.killAll();
    expect(killed).toEqual(['gateway', 'postgres']);
    gatewayGone.resolve();
    await stopping;
  });

  it('stops at once what was started while stopping, and refuses it', async () => {
    const stops = new StopList();
    await stops.stopAll();
    let stopped = false;
    await expect(stops.add('gateway', () => void (stopped = true))).rejects.toMatchObject({ code: 'stopping' });
    expect(stopped).toBe(true);
  });
});
