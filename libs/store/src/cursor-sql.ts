const FIRST = '00000000-0000-0000-0000-000000000000';
const LAST = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/**
 * What comes before a cursor, or everything where it is null; `column` and `place` are SQL for uuids. An index can begin there: with
 * `$1 IS NULL OR …` a plan that holds for all values reads everything up to the cursor.
 */
export const isBefore = (column: string, place: string): string => `${column} < coalesce(${place}::uuid, '${LAST}')`;

/** The same for what comes after it. */
export const isAfter = (column: string, place: string): string => `${column} > coalesce(${place}::uuid, '${FIRST}')`;
