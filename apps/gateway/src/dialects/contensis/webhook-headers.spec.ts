import type { HeaderSpec } from '#domain/subscription.js';
import { checkHeaderShapes, readWebhookHeaders, showWebhookHeaders } from './webhook-headers.js';

const plain = (name: string, ...values: string[]): HeaderSpec => ({ name, values, secret: false });
const secret = (name: string, ...values: string[]): HeaderSpec => ({ name, values, secret: true });

describe('headers of Contensis', () => {
  it('are read with their values, and those without one are none', () => {
    const headers = {
      a: { value: 'x' },
      b: { value: 'y', secret: true },
      c: {},
      d: { value: '' },
      e: { secret: true },
      f: { value: null },
    };
    expect(readWebhookHeaders(headers)).toEqual([plain('a', 'x'), secret('b', 'y')]);
  });

  it('keep the stored value of a secret that comes without one, whatever its case', () => {
    const stored = [secret('Token'), plain('Open', 'x')];
    expect(readWebhookHeaders({ token: { secret: true }, open: { secret: true } }, stored)).toEqual([secret('token')]);
  });

  it('give up a stored secret that is emptied or said to be plain', () => {
    expect(readWebhookHeaders({ Token: { secret: true, value: '' } }, [secret('Token')])).toEqual([]);
    expect(readWebhookHeaders({ Token: {} }, [secret('Token')])).toEqual([]);
  });

  it('keep several lines of one header that come back as they were shown, and are one line once they are changed', () => {
    const stored = [plain('X', 'a', 'b')];
    expect(showWebhookHeaders(stored)).toEqual({ X: { value: 'a, b' } });
    expect(readWebhookHeaders({ X: { value: 'a, b' } }, stored)).toEqual(stored);
    expect(readWebhookHeaders({ X: { value: 'a, c' } }, stored)).toEqual([plain('X', 'a, c')]);
  });

  it('show of a secret only that there is one, and no header without a value', () => {
    expect(showWebhookHeaders([secret('S', 'never shown'), plain('P', 'p'), plain('N')])).toEqual({
      S: { secret: true },
      P: { value: 'p' },
    });
  });

  it('are refused where a header is not {"value", "secret"}', () => {
    const headers = {
      a: 'x',
      b: { value: 1 },
      c: { secret: 'yes' },
      'd/e': { value: 'x', hidden: true },
      f: { value: null, secret: null },
    };
    expect(checkHeaderShapes(headers).map(({ path, code }) => `${path} ${code}`)).toEqual([
      '/headers/a invalid_type',
      '/headers/b/value invalid_type',
      '/headers/c/secret invalid_type',
      '/headers/d~1e unknown_field',
    ]);
  });
});
