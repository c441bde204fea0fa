// Small edits of the tables that a view holds.

/**
 * A table without one key.
 * @template Value
 * @param {Record<string, Value>} values
 * @param {string | number} key
 * @returns {Record<string, Value>}
 */
export const without = (values, key) => Object.fromEntries(Object.entries(values).filter(([k]) => k !== String(key)));
