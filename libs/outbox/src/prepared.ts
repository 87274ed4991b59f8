import type { Client, Pool } from 'pg';

const MOST_STATEMENTS = 500;
const LONGEST_TEXT = 4_000;

/**
 * Lets the server parse and plan a statement once for each connection instead of each time it is asked: TypeORM sends
 * every statement as a new one. Statements are told apart by their text, which stands in the code; what is put
 * together at run time in too many forms goes unprepared.
 */
export function prepareStatements(pool: Pool): void {
  const names = new Map<string, string>();
  const patched = new WeakSet<object>();
  pool.on('acquire', (client) => {
    if (patched.has(client)) return;
    patched.add(client);
    patch(client, names);
  });
}

function patch(client: Client, names: Map<string, string>): void {
  const query: (...args: unknown[]) => unknown = client.query.bind(client);
  const prepared = (text: unknown, values: unknown, ...rest: unknown[]): unknown => {
    if (typeof text !== 'string' || !Array.isArray(values) || values.length === 0)
      return query(text, values, ...rest);
    const name = nameOf(text, names);
    return name === undefined
      ? query(text, values, ...rest)
      : query({ name, text, values }, ...rest);
  };
  Object.assign(client, { query: prepared });
}

function nameOf(text: string, names: Map<string, string>): string | undefined {
  const known = names.get(text);
  if (known !== undefined) return known;
  if (names.size >= MOST_STATEMENTS || text.length > LONGEST_TEXT) return undefined;
  const name = `floe_${names.size}`;
  names.set(text, name);
  return name;
}
