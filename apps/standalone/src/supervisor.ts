import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DomainError } from '#domain/errors.js';
import { startChild, type Child } from './children.js';
import { startGuard, type Guard } from './guard.js';
import { freePort, isPortFree } from './ports.js';
import { dataFolderOf } from './postgres/data-folder.js';
import { startPostgres } from './postgres/start-postgres.js';
import { entryOf, type Program } from './programs.js';
import type { StandaloneSettings } from './settings.js';
import type { State } from './state.js';
import type { StopList } from './stop-list.js';

/** The longest a request may be in flight, and a little: the dispatcher finishes what it began. */
const DRAIN_MS = 45_000;
const LEFTOVER_MS = 15_000;

/** Starts the parts, each of them stopped through the list, guarded against our own death, and missed when it ends by itself. */
export class Supervisor {
  private readonly guard: Guard = startGuard();
  private readonly crash = Promise.withResolvers<never>();
  /** Rejects when a part ends that should not. */
  readonly crashed: Promise<never> = this.crash.promise;

  constructor(
    private readonly settings: StandaloneSettings,
    private readonly state: State,
    private readonly stops: StopList,
  ) {
    this.crashed.catch(() => undefined);
    mkdirSync(this.logs, { recursive: true });
  }

  private get logs(): string {
    return join(this.settings.home, 'logs');
  }

  /** Refuses with `port_taken`. After a crash of ours the old gateway is given the time to leave. */
  async claimPort(mayBeLeaving: boolean): Promise<void> {
    const { port } = this.settings;
    for (const deadline = Date.now() + (mayBeLeaving ? LEFTOVER_MS : 0); !(await isPortFree(port)); await pause(100)) {
      if (Date.now() < deadline) continue;
      throw new DomainError('port_taken', `Port ${port} is taken by another program. Choose one yourself: PORT=${port + 1} npm start`);
    }
  }

  /** The database to use: the one given, or the embedded one, started. Returns its url. */
  async database(): Promise<string> {
    if (this.settings.databaseUrl) return this.settings.databaseUrl;
    this.state.postgresPort = await freePort(this.state.postgresPort);
    const server = await startPostgres({ dataDir: dataFolderOf(this.settings.home), port: this.state.postgresPort });
    this.guard.watch(server.pid, 'SIGINT');
    void server.exited.then(() => this.missed(new DomainError('part_ended', 'PostgreSQL ended by itself.')));
    await this.stops.add(
      'PostgreSQL',
      () => server.stop(),
      () => server.kill(),
    );
    return server.url;
  }

  /** Starts a program that stays. */
  async start(program: Program, databaseUrl: string, own: Record<string, string>): Promise<Child> {
    const child = this.spawn(program, databaseUrl, own);
    void child.exited.then(({ code, signal }) => this.missed(partEnded(child, code, signal)));
    await this.stops.add(
      program,
      () => child.stop(DRAIN_MS),
      () => child.kill(),
    );
    return child;
  }

  /** Runs a program that ends. Refuses with `part_failed` when it does not end well. */
  async run(program: Program, databaseUrl: string): Promise<void> {
    const child = this.spawn(program, databaseUrl, {});
    await this.stops.add(
      program,
      () => child.stop(DRAIN_MS),
      () => child.kill(),
    );
    const { code } = await child.exited;
    if (code !== 0) throw new DomainError('part_failed', `${program} failed. ${child.logFile} ends with:\n${child.lastLines()}`);
  }

  private spawn(program: Program, databaseUrl: string, own: Record<string, string>): Child {
    const { home, passedOn, inherited } = this.settings;
    const { bootstrapKey, secretKeys } = this.state;
    const env = {
      ...inherited,
      HOST: '127.0.0.1',
      BOOTSTRAP_KEY: bootstrapKey,
      SECRET_KEYS: secretKeys,
      // A laptop's own receivers, over plain http: what production forbids.
      EGRESS_ALLOW_CIDRS: '127.0.0.0/8',
      EGRESS_ALLOW_HTTP: 'true',
      ...passedOn,
      DATABASE_URL: databaseUrl,
      ...own,
    };
    const child = startChild({ name: program, entry: entryOf(program), env, logFile: join(home, 'logs', `${program}.log`) });
    this.guard.watch(child.pid, 'SIGTERM');
    void child.exited.then(() => this.guard.forget(child.pid));
    return child;
  }

  private missed(error: DomainError): void {
    if (!this.stops.isStopping) this.crash.reject(error);
  }

  dismissGuard(): void {
    this.guard.dismiss();
  }
}

const partEnded = (child: Child, code: number | null, signal: NodeJS.Signals | null): DomainError =>
  new DomainError(
    'part_ended',
    `${child.name} ended by itself with ${signal ?? `code ${code}`}. ${child.logFile} ends with:\n${child.lastLines()}`,
  );
