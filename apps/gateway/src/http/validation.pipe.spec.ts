import { DomainError } from '#domain/errors.js';
import type { ArgumentMetadata } from '@nestjs/common';
import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import { AnyJson, Flag, Nested, NestedList, Text, TextList } from './fields.js';
import { PageQuery } from './page.js';
import { ValidationPipe } from './validation.pipe.js';

class Inner {
  @Flag({ about: 'A flag.', optional: true })
  on?: boolean;
}

class Outer {
  @Text({ about: 'A name.', max: 5 })
  name!: string;

  @TextList({ about: 'Tags.', maxItems: 2, max: 3, optional: true })
  tags?: string[];

  @Nested(() => Inner, { about: 'One.', optional: true })
  inner?: Inner;

  @NestedList(() => Inner, { about: 'Several.', maxItems: 2, optional: true })
  inners?: Inner[];

  @AnyJson({ about: 'Anything.', maxBytes: 50, optional: true, nullable: true })
  free?: unknown;
}

/** As somebody writes it who forgets that ValidateNested is content with an empty list. */
class Careless {
  @ValidateNested()
  @Type(() => Inner)
  inner!: Inner;
}

class AllOptional {
  @Text({ about: 'A name.', max: 5, optional: true })
  name?: string;
}

const pipe = new ValidationPipe();
const body = (metatype: ArgumentMetadata['metatype']): ArgumentMetadata => ({ type: 'body', metatype });
const take = (value: unknown, metatype: ArgumentMetadata['metatype'] = Outer) => pipe.transform(value, body(metatype));

async function refusal(value: unknown, metatype?: ArgumentMetadata['metatype']): Promise<[string, ...string[]]> {
  try {
    await take(value, metatype);
  } catch (error) {
    if (error instanceof DomainError) return [error.code, ...error.errors.map((fault) => `${fault.path} ${fault.code}`)];
    throw error;
  }
  return ['taken'];
}

const parsed = (json: string): unknown => JSON.parse(json);

describe('a body', () => {
  it('becomes its DTO, nested ones included', async () => {
    const dto = (await take({ name: 'a', inner: { on: true }, inners: [{}] })) as Outer;
    expect(dto).toBeInstanceOf(Outer);
    expect(dto.inner).toBeInstanceOf(Inner);
    expect(dto.inners?.[0]).toBeInstanceOf(Inner);
  });

  it('is taken at each limit and refused one beyond', async () => {
    expect(await refusal({ name: 'x'.repeat(5), tags: ['abc', 'b'], inners: [{}, {}], free: 'x'.repeat(48) })).toEqual(['taken']);
    expect(await refusal({ name: 'x'.repeat(6) })).toEqual(['too_long', '/name too_long']);
    expect(await refusal({ name: 'a', tags: ['a', 'b', 'c'] })).toEqual(['too_many_items', '/tags too_many_items']);
    expect(await refusal({ name: 'a', tags: ['abcd'] })).toEqual(['too_long', '/tags too_long']);
    expect(await refusal({ name: 'a', inners: [{}, {}, {}] })).toEqual(['too_many_items', '/inners too_many_items']);
    expect(await refusal({ name: 'a', free: 'x'.repeat(49) })).toEqual(['too_large', '/free too_large']);
  });

  it.each([null, 1, 'x', [], true])('is refused when it is not an object: %j', async (value) => {
    expect(await refusal(value)).toEqual(['invalid_type', ' invalid_type']);
  });

  it.each([5, true, null, {}, [], ['a']])('is not converted: %j is no name', async (name) => {
    expect(await refusal({ name })).toEqual(['invalid_type', '/name invalid_type']);
  });

  it.each(['true', 1, 0, null])('is not converted: %j is no flag', async (on) => {
    expect(await refusal({ name: 'a', inner: { on } })).toEqual(['invalid_type', '/inner/on invalid_type']);
  });

  it('is refused with members nobody knows, by their path', async () => {
    expect(await refusal({ name: 'a', nope: 1 })).toEqual(['unknown_field', '/nope unknown_field']);
    expect(await refusal({ name: 'a', inners: [{}, { 'a/b~': 1 }] })).toEqual(['unknown_field', '/inners/1/a~1b~0 unknown_field']);
  });

  it.each(['constructor', 'toString', 'hasOwnProperty', '__proto__', 'valueOf'])(
    'is refused with a member called %s at any depth',
    async (name) => {
      expect(await refusal(parsed(`{"name":"a","${name}":{}}`))).toEqual(['unknown_field', `/${name} unknown_field`]);
      expect(await refusal(parsed(`{"name":"a","inner":{"${name}":1}}`))).toEqual(['unknown_field', `/inner/${name} unknown_field`]);
    },
  );

  it('keeps free-form JSON as it was parsed, whatever its members are called', async () => {
    const free = parsed('{"constructor":"x","then":2,"on":"text"}');
    expect(((await take({ name: 'a', free })) as Outer).free).toBe(free);
    expect(((await take({ name: 'a', free: null })) as Outer).free).toBeNull();
  });

  it.each([
    [{ inner: [] }, '/inner'],
    [{ inner: [{}] }, '/inner'],
    [{ inner: 'x' }, '/inner'],
    [{ inners: {} }, '/inners'],
    [{ inners: ['x'] }, '/inners/0'],
    [{ inners: [[]] }, '/inners/0'],
    [{ inners: [null] }, '/inners/0'],
  ])('is refused with a list for an object, or the other way round: %j', async (members, path) => {
    expect(await refusal({ name: 'a', ...members })).toEqual(['invalid_type', `${path} invalid_type`]);
  });

  it('is refused with an empty list for an object although no rule says so', async () => {
    expect(await refusal({ inner: {} }, Careless)).toEqual(['taken']);
    expect(await refusal({ inner: [] }, Careless)).toEqual(['invalid_type', '/inner invalid_type']);
  });

  it('that lacks a member says which, and one that is null is not absent', async () => {
    expect(await refusal({})).toEqual(['required', '/name required']);
    expect(await refusal({ name: null })).toEqual(['invalid_type', '/name invalid_type']);
    expect(await refusal({ name: null }, AllOptional)).toEqual(['invalid_type', '/name invalid_type']);
  });

  it('that breaks several rules has the code of none', async () => {
    expect(await refusal({ tags: 1 })).toEqual(['invalid', '/name required', '/tags invalid_type']);
  });

  it('may be left out only where nothing in it is required', async () => {
    expect(await refusal(undefined)).toEqual(['empty_body']);
    expect(await take(undefined, AllOptional)).toBeInstanceOf(AllOptional);
  });
});

describe('a list’s query', () => {
  const query = (value: unknown) => refusal(value, PageQuery);

  it('has 50 items where it does not say', async () => expect(await take({}, PageQuery)).toMatchObject({ limit: 50 }));

  it('reads its limit from 1 to 200', async () => {
    expect(await take({ limit: '1' }, PageQuery)).toMatchObject({ limit: 1 });
    expect(await take({ limit: '200' }, PageQuery)).toMatchObject({ limit: 200 });
    expect(await query({ limit: '0' })).toEqual(['out_of_range', '/limit out_of_range']);
    expect(await query({ limit: '201' })).toEqual(['out_of_range', '/limit out_of_range']);
  });

  it.each(['-1', '1e2', 'abc', '1.5', '', ' 1', '0x10', '01', '+1', ['1', '2']])('refuses the limit %j', async (limit) => {
    expect(await query({ limit })).toEqual(['invalid_type', '/limit invalid_type']);
  });

  it('refuses a cursor given twice and a parameter nobody knows', async () => {
    expect(await query({ cursor: ['a', 'b'] })).toEqual(['invalid_type', '/cursor invalid_type']);
    expect(await query({ 'a[b]': '1' })).toEqual(['unknown_field', '/a[b] unknown_field']);
  });
});
