/** The SQLSTATE or Node's code of an error, also of one that TypeORM wrapped; empty for others. */
export function sqlStateOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** pg tells a lost server by SQLSTATE (08…, 57P0…), by Node's code, or by nothing but its message. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    /^(08...|57P0[1235]|53300|ECONN.*|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN)$/.test(
      sqlStateOf(error),
    ) ||
    /connection terminated|timeout exceeded when trying to connect|not queryable/i.test(
      error.message,
    )
  );
}
