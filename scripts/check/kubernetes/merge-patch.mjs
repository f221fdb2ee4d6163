/** How kustomize finds the item of a list that an item of a patch changes. Of another list of objects it would have to be looked up first. */
const KEYS = { containers: 'name', initContainers: 'name', env: 'name', volumes: 'name', volumeMounts: 'mountPath' };

/**
 * A strategic merge patch as our own need it: objects are merged, lists of plain values are replaced, and items of the lists
 * above are merged by their key. Anything else is told to `say`.
 */
export function mergePatch(base, patch, say) {
  const merged = { ...base };
  for (const [field, value] of Object.entries(patch)) {
    if (field.startsWith('$') || value === null) say(`this check does not know the directive ${field}: ${value}`);
    else merged[field] = mergeField(field, base[field], value, say);
  }
  return merged;
}

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

function mergeField(field, base, patch, say) {
  if (isObject(patch)) return mergePatch(isObject(base) ? base : {}, patch, say);
  if (!Array.isArray(patch) || base === undefined || !patch.some(isObject)) return patch;
  const key = KEYS[field];
  if (key) return mergeList(field, key, base, patch, say);
  say(`this check does not know how to merge the list ${field}`);
  return patch;
}

function mergeList(field, key, base, patch, say) {
  const merged = base.map((item) => {
    const change = patch.find((one) => one[key] === item[key]);
    return change ? mergePatch(item, change, say) : item;
  });
  const added = patch.filter((one) => !base.some((item) => item[key] === one[key]));
  // A container of a name that the base does not have would be added, not changed.
  if (field.endsWith('ontainers')) for (const one of added) say(`the base has no container ${one[key]}`);
  return [...merged, ...added];
}
