import { heapIn } from './heap.js';

const METRICS = `# TYPE nodejs_heap_size_total_bytes gauge
nodejs_heap_size_total_bytes{service="gateway"} 104857600
nodejs_external_memory_bytes{service="gateway"} 3145728
nodejs_heap_space_size_used_bytes{space="new",service="gateway"} 1048576
nodejs_heap_space_size_used_bytes{space="old",service="gateway"} 20971520
nodejs_heap_space_size_used_bytes{space="large_object",service="gateway"} 1048576
`;

describe('what a program says of its memory', () => {
  it('is told in MB, long-lived objects with the large ones', () => expect(heapIn(METRICS)).toEqual({ taken: 100, old: 21, external: 3 }));

  it('is not a number where it says nothing', () => expect(heapIn('up 1\n')).toEqual({ taken: NaN, old: NaN, external: NaN }));
});
