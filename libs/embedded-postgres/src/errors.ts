/** The server ended before it was ready; the message has what it said. */
export class PostgresDidNotStart extends Error {
  override readonly name = 'PostgresDidNotStart';
}

/** The server still runs although it was told to stop. */
export class PostgresDidNotStop extends Error {
  override readonly name = 'PostgresDidNotStop';
}

/** PostgreSQL refuses to run as root, and the user that it runs as instead cannot reach a folder that it needs. */
export class FolderNotEnterable extends Error {
  override readonly name = 'FolderNotEnterable';

  constructor(
    readonly folder: string,
    readonly wanted: string,
  ) {
    super(
      `the database server's user may not enter ${folder} and so cannot reach ${wanted}: ` +
        `run as an ordinary user, choose another folder, or allow it with \`chmod o+x ${folder}\``,
    );
  }
}
