/** Resolves when the thing it checks is well, rejects when it is not. */
export type HealthCheck = () => Promise<unknown>;

export interface HealthReport {
  isHealthy: boolean;
  /** By the check's name; what went wrong is only logged, as it may name hosts. */
  checks: Record<string, 'ok' | 'failed'>;
}

/** How long one check may take before it counts as failed. */
const BUDGET_MS = 1_000;

/** Whether this process lives (else it should be restarted) and is ready (else it should get no requests). */
export class Health {
  private readonly readiness = new Map<string, HealthCheck>();
  private readonly liveness = new Map<string, HealthCheck>();
  private draining = false;

  /** What requests cannot do without. */
  addReadiness(name: string, check: HealthCheck): void {
    this.readiness.set(name, check);
  }

  /** What only a restart would cure: never the state of a database or a queue. */
  addLiveness(name: string, check: HealthCheck): void {
    this.liveness.set(name, check);
  }

  /** From now on not ready: the process is about to stop. */
  drain(): void {
    this.draining = true;
  }

  get isDraining(): boolean {
    return this.draining;
  }

  async ready(): Promise<HealthReport> {
    const report = await run(this.readiness);
    return this.draining ? { isHealthy: false, checks: { ...report.checks, draining: 'failed' } } : report;
  }

  live(): Promise<HealthReport> {
    return run(this.liveness);
  }
}

async function run(checks: ReadonlyMap<string, HealthCheck>): Promise<HealthReport> {
  const entries = await Promise.all([...checks].map(async ([name, check]) => [name, await isWell(check)] as const));
  return {
    isHealthy: entries.every(([, well]) => well),
    checks: Object.fromEntries(entries.map(([name, well]) => [name, well ? ('ok' as const) : ('failed' as const)])),
  };
}

async function isWell(check: HealthCheck): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), BUDGET_MS);
  });
  const well = (async () => check())().then(
    () => true,
    () => false,
  );
  return Promise.race([well, late]).finally(() => clearTimeout(timer));
}
