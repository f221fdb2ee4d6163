/** What the checks of manifests ask of one. */
export const nameOf = (content) => `${content?.kind} ${content?.metadata?.name}`;

export const isSame = (one, other) =>
  one?.apiVersion === other?.apiVersion && one?.kind === other?.kind && one?.metadata?.name === other?.metadata?.name;

export const podOf = (content) => content.spec?.template?.spec;

export const podLabelsOf = (content) => content.spec?.template?.metadata?.labels ?? {};

export function containersOf(content) {
  const { containers = [], initContainers = [] } = podOf(content) ?? {};
  return [...containers, ...initContainers];
}

export const isWorkload = ({ content }) => podOf(content)?.containers !== undefined;

/** Do labels match a selector, with its expressions? An absent selector matches nothing, an empty one everything. */
export function matches(selector, labels = {}) {
  if (!selector) return false;
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return (
    Object.entries(matchLabels).every(([name, value]) => labels[name] === value) && matchExpressions.every((one) => holds(one, labels))
  );
}

function holds({ key, operator, values = [] }, labels) {
  switch (operator) {
    case 'In':
      return values.includes(labels[key]);
    case 'NotIn':
      return !values.includes(labels[key]);
    case 'Exists':
      return Object.hasOwn(labels, key);
    case 'DoesNotExist':
      return !Object.hasOwn(labels, key);
    default:
      return false;
  }
}
