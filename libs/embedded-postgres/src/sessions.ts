import { Client } from 'pg';

/** Ends every other session, at once and with its locks; throws when it cannot log in. */
export async function endOtherSessions(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query(
      `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
    );
  } finally {
    await client.end();
  }
}
