import { parser } from '@prometheus-io/lezer-promql';

/** Of PromQL's functions those that ask for a range: all others, and operators, take none. */
const OF_RANGE = /_over_time$|^(rate|irate|increase|delta|idelta|deriv|predict_linear|changes|resets|double_exponential_smoothing)$/;
/** Those that take a series for a counter, and series that are none by their names. */
const OF_COUNTER = /^(rate|irate|increase|resets)$/;
const COUNTER = /_(total|sum|count|bucket)$/;
const AROUND = ['ParenExpr', 'OffsetExpr', 'StepInvariantExpr'];

/** The names of the series that a PromQL expression reads. */
export function namesIn(expression) {
  const names = [];
  walk(expression, (node, text) => {
    if (node.name === 'VectorSelector' && node.firstChild?.name === 'Identifier') names.push(text(node.firstChild));
  });
  return names;
}

/** The values that an expression wants a label to be equal to. */
export function valuesOf(label, expression) {
  const values = [];
  walk(expression, (node, text) => {
    const [, value] = node.name === 'UnquotedLabelMatcher' ? (/^(?:\w+)\s*=\s*"(.*)"$/.exec(text(node)) ?? []) : [];
    if (value !== undefined && text(node.firstChild) === label) values.push(value);
  });
  return values;
}

/** What is wrong with a PromQL expression: that it is none, that it takes what is no range for one, or names what is not among `names`. */
export function faultsOf(expression, names) {
  if (typeof expression !== 'string' || expression.trim() === '') return ['has no expression'];
  const faults = [];
  let brokenAt = null;
  walk(expression, (node, text) => {
    if (node.type.isError) brokenAt ??= node.from;
    if (node.name === 'FunctionCall') faults.push(...faultsOfCall(node, text));
    if (isRange(node) && !isWanted(node, text)) faults.push(`has a range where none can be: ${text(node)}`);
  });
  if (brokenAt !== null) return [`is no PromQL at ${expression.slice(brokenAt, brokenAt + 20) || 'its end'}`];
  const found = namesIn(expression);
  if (found.length === 0) faults.push('names no metric');
  return [...faults, ...found.filter((name) => !names.has(name)).map((name) => `${name} is no metric of ours`)];
}

function faultsOfCall(call, text) {
  const name = text(call.firstChild);
  if (!OF_RANGE.test(name)) return [];
  const range = childrenOf(call.lastChild).map(bare).find(isRange);
  if (!range) return [`${name} is not given a range: ${text(call)}`];
  const [series] = range.name === 'MatrixSelector' ? namesIn(text(range)) : [];
  return series && OF_COUNTER.test(name) && !COUNTER.test(series) ? [`${name} is for counters, and ${series} is none`] : [];
}

const isRange = ({ name }) => name === 'MatrixSelector' || name === 'SubqueryExpr';

/** Does a range stand where a function asks for one? */
function isWanted(range, text) {
  let { parent } = range;
  while (AROUND.includes(parent?.name)) ({ parent } = parent);
  return parent?.name === 'FunctionCallBody' && OF_RANGE.test(text(parent.parent.firstChild));
}

/** What stands within parentheses, and before `offset` or `@`. */
const bare = (node) => (AROUND.includes(node.name) && node.firstChild ? bare(node.firstChild) : node);

function childrenOf(node) {
  const children = [];
  for (let child = node.firstChild; child; child = child.nextSibling) children.push(child);
  return children;
}

/** Visits every node of the expression's tree, with what gives a node's text. */
function walk(expression, visit) {
  const text = ({ from, to }) => expression.slice(from, to);
  parser.parse(expression).iterate({ enter: ({ node }) => visit(node, text) });
}
