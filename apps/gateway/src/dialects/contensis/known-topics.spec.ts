import { checkTemplateKeys, checkTopics } from './known-topics.js';

describe('topics of Contensis', () => {
  const codes = (...topics: Parameters<typeof checkTopics>[0]): string[] =>
    checkTopics(topics, []).map(({ path, code }) => `${path} ${code}`);

  it('name a resource type and events that there are, in any case', () => {
    expect(codes({ resourceType: 'ENTRY', event: ['workflowstatechanged', 'Restored'] }, { resourceType: 'comment.entry' })).toEqual([]);
  });

  it('are refused with a resource type that is missing or unknown, and with an event that its resources do not have', () => {
    expect(codes({ event: ['updated'] }, { resourceType: 'page' }, { resourceType: 'node', event: ['moved', 'published'] })).toEqual([
      '/topics/0/resourceType required',
      '/topics/1/resourceType unknown_resource_type',
      '/topics/2/event/1 unknown_event',
    ]);
  });

  it('may be what they are where they are stored already', () => {
    const foreign = { resourceType: 'order', event: ['paid'] };
    expect(checkTopics([{ ...foreign }], [foreign])).toEqual([]);
    expect(checkTopics([{ ...foreign, event: ['sent'] }], [foreign])).toHaveLength(1);
  });
});

describe('keys of templates', () => {
  it.each(['entry', 'Entry.news', 'comment.entry', 'comment.entry.blog', '*'])('may be %s', (key) => {
    expect(checkTemplateKeys([key], [])).toEqual([]);
  });

  it.each(['entri', 'entry.', 'comment', ''])('may not be "%s" unless it is stored', (key) => {
    expect(checkTemplateKeys([key], [])).toMatchObject([{ path: `/templates/${key}`, code: 'unknown_resource_type' }]);
    expect(checkTemplateKeys([key], [key])).toEqual([]);
  });
});
