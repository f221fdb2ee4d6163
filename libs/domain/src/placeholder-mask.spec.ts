import { MASK, maskPlaceholders } from './placeholder-mask.js';

describe('masking a template', () => {
  it.each([
    ['https://h/{/resource/id}', `https://h/${MASK}`],
    ['{ /a b }{/}x{/resource/}', `${MASK}${MASK}x${MASK}`],
    ['{"a":1}', '{"a":1}'],
    ['{{host}}', '{{host}}'],
    ['{/open', '{/open'],
    ['{/a\r\nb}', '{/a\r\nb}'],
  ])('turns %j into %j', (template, masked) => {
    expect(maskPlaceholders(template)).toBe(masked);
  });
});
