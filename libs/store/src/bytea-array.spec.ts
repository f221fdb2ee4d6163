import { byteaArray } from './bytea-array.js';

describe('a bytea[] in binary', () => {
  it('is one dimension from 1 on, and bytes with their lengths', () => {
    const header = '00000001' + '00000000' + '00000011' + '00000002' + '00000001';
    expect(byteaArray([Buffer.from([0, 255]), new Uint8Array()]).toString('hex')).toBe(`${header}0000000200ff00000000`);
  });

  it('says that it has nulls, which have a length of -1', () => {
    const header = '00000001' + '00000001' + '00000011' + '00000002' + '00000001';
    expect(byteaArray([null, Buffer.from('a')]).toString('hex')).toBe(`${header}ffffffff0000000161`);
  });
});
