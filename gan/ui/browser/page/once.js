// What is asked for twice is made once.

/** once(key, make): the promise of the first make(); one that failed is made again. */
export function onceEach() {
  const shared = new Map();
  return (key, make) => {
    if (!shared.has(key)) {
      const made = make();
      shared.set(key, made);
      made.catch(() => shared.delete(key)); // a later try may go better
    }
    return shared.get(key);
  };
}
