import { withNullTypes } from './openapi-nulls.js';

describe('a schema that may be null', () => {
  it('says so as JSON Schema does', () => {
    expect(withNullTypes({ a: { type: 'string', nullable: true } })).toEqual({ a: { type: ['string', 'null'] } });
    expect(withNullTypes({ $ref: '#/x', nullable: true })).toEqual({ anyOf: [{ $ref: '#/x' }, { type: 'null' }] });
    expect(withNullTypes({ type: 'string', enum: ['a'], nullable: true })).toEqual({ type: ['string', 'null'], enum: ['a', null] });
  });

  it('leaves others and examples alone', () => {
    const schema = { type: 'object', example: { nullable: true, type: 'string' }, properties: { nullable: { type: 'boolean' } } };
    expect(withNullTypes(schema)).toEqual(schema);
  });
});
