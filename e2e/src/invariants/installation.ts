/** What an installation shows of itself. */
export interface Installation {
  readonly url: string;
  /** The addresses of its running processes. */
  readonly processes: readonly string[];
  /** The broker, `host:port`, unless the facts are in its PostgreSQL. */
  readonly kafka?: { readonly address: string } | undefined;
  /** Rows of its PostgreSQL; every service has a schema of its name. */
  sql<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** Asks for rows that must not be there, each told by the sentence in its column `broken`. */
export async function broken(installation: Installation, text: string): Promise<string[]> {
  const rows = await installation.sql<{ broken: string }>(text);
  return rows.map((row) => row.broken);
}

/** Whether its bus is the one in PostgreSQL; another keeps its records elsewhere. */
export async function hasEmbeddedBus(installation: Installation): Promise<boolean> {
  const found = await installation.sql(`SELECT FROM pg_namespace WHERE nspname = 'bus'`);
  return found.length > 0;
}
