const known = new WeakMap<object, string>();

/** A fact is never changed, and is written to the log and to its build: its text is made once. */
export function jsonOf(fact: object): string {
  const json = known.get(fact) ?? JSON.stringify(fact);
  known.set(fact, json);
  return json;
}
