import { type CpuProfile, timeByPlace } from './profile.js';

const node = (id: number, functionName: string, url = '') => ({ id, callFrame: { functionName, url } });

describe('a CPU profile', () => {
  const profile: CpuProfile = {
    nodes: [
      node(1, '(idle)'),
      node(2, 'parse', 'file:///x/node_modules/got/dist/source/core.js'),
      node(3, 'run', 'file:///x/dist/apps/dispatcher/src/main.js'),
      node(4, 'of', 'file:///x/node_modules/@nestjs/core/router.js'),
      node(5, '(garbage collector)'),
      node(6, 'write', 'node:net'),
      node(7, 'other', 'file:///x/node_modules/got/dist/source/as-stream.js'),
    ],
    samples: [1, 2, 3, 4, 5, 6, 7],
    timeDeltas: [900, 30, 20, 10, 10, 10, 20],
  };

  it('is told by package, file of ours and module of Node, without the time spent waiting', () => {
    expect(timeByPlace(profile)).toEqual([
      { where: 'got', share: 0.5 },
      { where: 'apps/dispatcher/src/main', share: 0.2 },
      { where: '@nestjs/core', share: 0.1 },
      { where: '(garbage collector)', share: 0.1 },
      { where: 'node:net', share: 0.1 },
    ]);
  });
});
