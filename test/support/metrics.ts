export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export interface Scrape {
  samples: Sample[];
  /** Of each metric by its name: counter, gauge, histogram or summary. */
  types: Map<string, string>;
  /** The sum of the samples of this name that have these labels, whatever others they have; fails when there is none. */
  value(name: string, labels?: Record<string, string>): number;
}

/** What a process tells Prometheus. `metricsUrl`: of its probes and metrics. */
export async function scrape(metricsUrl: string): Promise<Scrape> {
  const answer = await fetch(`${metricsUrl}/metrics`);
  const lines = (await answer.text()).split('\n');
  const samples = lines.filter((line) => line !== '' && !line.startsWith('#')).map(readSample);
  const types = new Map(lines.filter((line) => line.startsWith('# TYPE ')).map((line) => line.split(' ').slice(2, 4) as [string, string]));
  const value = (name: string, labels: Record<string, string> = {}): number => {
    const found = samples.filter((one) => one.name === name && Object.entries(labels).every(([label, text]) => one.labels[label] === text));
    if (found.length === 0) throw new Error(`${metricsUrl} has no ${name}${JSON.stringify(labels)}.`);
    return found.reduce((sum, one) => sum + one.value, 0);
  };
  return { samples, types, value };
}

function readSample(line: string): Sample {
  const [, name = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', text = '']) => [label, text] as const);
  return { name, labels: Object.fromEntries(pairs), value: Number(value) };
}
