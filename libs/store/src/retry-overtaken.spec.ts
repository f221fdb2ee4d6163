import { retryOvertaken } from './retry-overtaken.js';

const failing = (code: string, times: number) => {
  let ran = 0;
  const statement = (): Promise<number> => {
    ran++;
    return ran <= times ? Promise.reject(Object.assign(new Error('from the database'), { code })) : Promise.resolve(ran);
  };
  return { statement, ran: () => ran };
};

describe('a statement that is broken off for the sake of another', () => {
  it.each(['40P01', '40001'])('with %s is run again, three times in all', async (code) => {
    expect(await retryOvertaken(failing(code, 2).statement)).toBe(3);
    const hopeless = failing(code, 3);
    await expect(retryOvertaken(hopeless.statement)).rejects.toMatchObject({ code });
    expect(hopeless.ran()).toBe(3);
  });

  it('is not run again for any other error', async () => {
    const refused = failing('23505', 1);
    await expect(retryOvertaken(refused.statement)).rejects.toMatchObject({ code: '23505' });
    expect(refused.ran()).toBe(1);
  });
});
