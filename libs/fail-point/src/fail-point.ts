import { writeSync } from 'node:fs';

// Read where it is needed: no setting of any service, and every service and lib has fail points.
// oxlint-disable-next-line node/no-process-env
const [armed, nth = '1'] = process.env['FLOE_FAIL_POINT']?.split(':') ?? [];
let left = Number(nth);

/**
 * A place where tests let the process die by SIGKILL: `FLOE_FAIL_POINT=name`, or `name:3` for the third time it comes
 * by. Does nothing otherwise. The name is a string literal, so that a test can list them all.
 */
export function failPoint(name: string): void {
  if (name !== armed) return;
  left -= 1;
  if (left > 0) return;
  writeSync(process.stderr.fd, `fail point ${name}\n`);
  process.kill(process.pid, 'SIGKILL');
}
