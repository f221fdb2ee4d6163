import { together } from './together';

describe('calls that go together', () => {
  const asked: string[][] = [];
  const read = (ids: string[]): Promise<Map<string, string>> => {
    asked.push(ids);
    if (ids.includes('bad')) return Promise.reject(new Error('refused'));
    return Promise.resolve(new Map(ids.filter((id) => id !== 'gone').map((id) => [id, `of ${id}`])));
  };
  beforeEach(() => void asked.splice(0));

  it('are one request, and each has its own answer', async () => {
    const one = together(read, 100);
    expect(await Promise.all(['a', 'b', 'a', 'gone'].map(one))).toEqual(['of a', 'of b', 'of a', null]);
    expect(asked).toEqual([['a', 'b', 'gone']]);
  });

  it('are so many in a request and no more', async () => {
    const one = together(read, 2);
    expect(await Promise.all(['a', 'b', 'c'].map(one))).toEqual(['of a', 'of b', 'of c']);
    expect(asked).toEqual([['a', 'b'], ['c']]);
  });

  it('are asked for anew after their moment', async () => {
    const one = together(read, 100);
    await one('a');
    await one('a');
    expect(asked).toEqual([['a'], ['a']]);
  });

  it('fail together, and those after them do not', async () => {
    const one = together(read, 100);
    const failed = await Promise.allSettled([one('a'), one('bad')]);
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await one('a')).toBe('of a');
  });
});
