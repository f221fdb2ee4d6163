import { gatherFaults } from './check/faults.mjs';
import { judgeMonitoring } from './check/monitoring/monitoring.mjs';

/** Checks ops/ and the manual without Prometheus or Grafana. test/support/monitoring-check.spec.ts breaks each rule once. */
const faults = gatherFaults();
judgeMonitoring('ops', 'docs/operations.md', faults);
faults.finish();
