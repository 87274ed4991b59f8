import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the workspace. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The environment of child processes: settings of the shell that runs the tests stay out of it. */
export function cleanEnv(): Record<string, string> {
  // oxlint-disable-next-line node/no-process-env -- The machine's tools, no setting of any service.
  return { PATH: process.env['PATH'] ?? '' };
}

/** Where the install scripts of the workspace put what tests need of the outside. */
export function cacheFolder(): string {
  // oxlint-disable-next-line node/no-process-env -- A switch of the test run, no setting of any service.
  return process.env['FLOE_CACHE'] ?? join(homedir(), '.cache', 'floe');
}

/** Whether this run must not leave out what the machine lacks, such as `FLOE_REQUIRE_DOCKER=1`. */
export function isRequired(what: 'DOCKER' | 'CLIENTS' | 'CLUSTER'): boolean {
  // oxlint-disable-next-line node/no-process-env -- A switch of the test run, no setting of any service.
  return process.env[`FLOE_REQUIRE_${what}`] === '1';
}
