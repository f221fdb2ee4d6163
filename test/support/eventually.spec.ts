import { eventually, within } from './eventually.js';

describe('eventually', () => {
  it('gives back the value once the assertion holds', async () => {
    let tries = 0;
    const value = await eventually(() => {
      tries += 1;
      if (tries < 4) throw new Error('not yet');
      return tries;
    });
    expect(value).toBe(4);
  });

  it('fails with the last error and what was waited for', async () => {
    let tries = 0;
    const never = eventually(() => Promise.reject(new Error(`try ${++tries}`)), { timeoutMs: 40, what: 'the moon' });
    await expect(never).rejects.toThrow(/^Waited 40 ms for the moon:\ntry [2-9]/);
  });
});

describe('within', () => {
  it('gives back what settles in time, and its failure', async () => {
    expect(await within(1_000, 'a value', Promise.resolve(7))).toBe(7);
    await expect(within(1_000, 'a value', Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });

  it('fails when nothing settles', async () => {
    await expect(within(10, 'the moon', new Promise(() => undefined))).rejects.toThrow('Waited 10 ms for the moon.');
  });
});
