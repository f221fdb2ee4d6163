import { readFileSync } from 'node:fs';
import { AUDIT_ACTIONS } from '../../../dist/libs/domain/src/audit.js';
import { inRoot } from '../../prepare/root.mjs';
import { exportedNames, sourceTexts } from '../exported-metrics.mjs';

/** Holds the operator's manual to the code: its alerts, and its tables of metrics, of audited actions and of log events. */
export function checkManual(file, alerts, faults) {
  const text = readFileSync(inRoot(file), 'utf8');
  // Rules that are none at all have been told of.
  if (alerts.length > 0) checkParagraphs(file, text, alerts, faults);
  checkMetrics(file, text, faults);
  checkAuditActions(file, text, faults);
  checkLogEvents(file, text, faults);
}

function checkParagraphs(file, text, alerts, faults) {
  const headings = new Set([...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading)));
  const anchors = alerts.map(({ alert }) => anchorOf(alert));
  for (const { alert, annotations, file: rules } of alerts) {
    if (annotations.runbook !== `docs/operations.md#${anchorOf(alert)}`)
      faults.add(`${rules} (${alert})`, 'its runbook is not its own part of docs/operations.md');
    if (!headings.has(anchorOf(alert))) faults.add(`${rules} (${alert})`, `has no part in ${file}`);
  }
  for (const heading of headings)
    if (/^tidings[a-z]+$/.test(heading) && !anchors.includes(heading)) faults.add(file, `explains an alert ${heading} that is not there`);
}

/** Each metric there is is told of, and nothing else. */
function checkMetrics(file, text, faults) {
  const { own } = exportedNames();
  const baseOf = (series) => series.replace(own.has(series.replace(/_(sum|count)$/, '_bucket')) ? /_(bucket|sum|count)$/ : /$^/, '');
  const told = new Set([...text.matchAll(/^\| `((?:tidings|http)_[a-z_]+)` /gm)].map(([, name]) => name));
  for (const name of new Set([...own].map(baseOf))) if (!told.has(name)) faults.add(file, `does not tell of ${name}`);
  for (const name of told) if (!own.has(name) && !own.has(`${name}_count`)) faults.add(file, `tells of ${name}, which nothing exports`);
}

/** Where a line is logged under a name that is written out. */
const LOGGED = /\blog(?:ger)?\.(?:info|warn|error|fatal|debug)\((?:[^;]*?,\s*)?'([a-z_]+\.[a-z_]+)',?\s*\)/g;

/** Each event that is logged is told of; `.closed` beside `breaker.opened` is `breaker.closed`. */
function checkLogEvents(file, text, faults) {
  const told = rowsOf('Log events', text).flatMap(([names]) => {
    const found = [...names.matchAll(/`([a-z_]*)(\.[a-z_]+)`/g)];
    return found.map(([, noun, verb]) => `${noun || found[0][1]}${verb}`);
  });
  const code = sourceTexts().map((source) => source.replaceAll(/^\s*(?:\*|\/[/*]).*$/gm, ''));
  const logged = new Set(code.flatMap((source) => [...source.matchAll(LOGGED)].map(([, name]) => name)));
  for (const name of logged) if (!told.includes(name)) faults.add(file, `does not tell of the log event ${name}`);
}

/** The cells of the rows in one part of the manual. */
function rowsOf(heading, text) {
  const [, part = ''] = new RegExp(`^## ${heading}\\n([\\s\\S]*?)^## `, 'm').exec(text) ?? [];
  return [...part.matchAll(/^\| (`.*) \|$/gm)].map(([, row]) => row.split(' | '));
}

/** The rows of the part "Audit log" are kinds of things; what stands quoted beside one happened to it. */
function checkAuditActions(file, text, faults) {
  const told = rowsOf('Audit log', text).flatMap(([kind, happened]) =>
    [...happened.matchAll(/`([a-z_]+)`/g)].map(([, what]) => `${kind.trim().replaceAll('`', '')}.${what}`),
  );
  for (const action of AUDIT_ACTIONS) if (!told.includes(action)) faults.add(file, `does not tell of the audited action ${action}`);
  for (const action of told)
    if (!AUDIT_ACTIONS.includes(action)) faults.add(file, `tells of an audited action ${action} that there is not`);
}

/** As GitHub makes them of headings. */
const anchorOf = (heading) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
