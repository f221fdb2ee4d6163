import { chooseTemplate } from './choose.js';

describe('chooseTemplate', () => {
  const templates = { entry: 'E', 'entry.news': 'N', contentType: 'C', 'comment.entry': 'K' };

  it.each([
    ['entry', 'news', 'N'],
    ['entry', 'blog', 'E'],
    ['entry', null, 'E'],
    ['entry', '', 'E'],
    ['contentType', 'event', 'C'],
    ['CONTENTTYPE', null, 'C'],
    ['Entry', 'News', 'N'],
    ['comment.entry', null, 'K'],
    ['comment.entry', 'news', 'K'],
    ['comment', null, undefined],
    ['node', 'news', undefined],
    [null, 'news', undefined],
    [null, null, undefined],
  ])('for resource type %j and content type %j takes %j', (resourceType, contentTypeId, chosen) => {
    expect(chooseTemplate(templates, resourceType, contentTypeId)).toBe(chosen);
  });

  it('falls back to *', () => {
    expect(chooseTemplate({ ...templates, '*': 'D' }, 'node', null)).toBe('D');
    expect(chooseTemplate({ ...templates, '*': 'D' }, null, null)).toBe('D');
    expect(chooseTemplate({ ...templates, '*': 'D' }, 'entry', 'blog')).toBe('E');
  });

  it('prefers the exact spelling to another case', () => {
    expect(chooseTemplate({ ENTRY: 1, entry: 2 }, 'entry', null)).toBe(2);
  });

  it('never takes the lack of a content type for the name of one', () => {
    expect(chooseTemplate({ 'entry.null': 1, 'entry.': 2, entry: 3 }, 'entry', null)).toBe(3);
    expect(chooseTemplate({ 'entry.null': 1, 'entry.': 2, entry: 3 }, 'entry', '')).toBe(3);
  });

  it('takes a template that is empty', () => {
    expect(chooseTemplate({ entry: '', '*': 'D' }, 'entry', null)).toBe('');
  });

  it.each(['toString', 'constructor', '__proto__', 'hasOwnProperty'])('finds no template named %s by inheritance', (name) => {
    expect(chooseTemplate({}, name, null)).toBeUndefined();
    expect(chooseTemplate({}, name, name)).toBeUndefined();
  });
});
