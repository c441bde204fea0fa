// What is asked for twice is made once.

/**
 * once(key, make): the promise of the first make(); one that failed is made again.
 * @returns {<Value>(key: string, make: () => Promise<Value>) => Promise<Value>}
 */
export function onceEach() {
  /** @type {Map<string, Promise<any>>} */
  const shared = new Map();
  return (key, make) => {
    const known = shared.get(key);
    if (known) return known;
    const made = make();
    shared.set(key, made);
    made.catch(() => shared.delete(key)); // a later try may go better
    return made;
  };
}
