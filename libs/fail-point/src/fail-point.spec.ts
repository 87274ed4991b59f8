import { spawnSync } from 'node:child_process';

import { describe, expect, it } from 'vitest';

describe('failPoint', () => {
  it('kills the process at once and says where', () => {
    const { signal, stdout, stderr } = run('row.written');

    expect(signal).toBe('SIGKILL');
    expect(stdout).toBe('row 1\n');
    expect(stderr).toBe('fail point row.written\n');
  });

  it('lets it come by until the wanted time', () => {
    const { signal, stdout } = run('row.written:3');

    expect(signal).toBe('SIGKILL');
    expect(stdout).toBe('row 1\nrow 2\nrow 3\n');
  });

  it.each([undefined, 'row.read', 'row.written:9'])('does nothing when armed with %s', (armed) => {
    const { status, stdout, stderr } = run(armed);

    expect(status).toBe(0);
    expect(stdout).toBe('row 1\nrow 2\nrow 3\nrow 4\n');
    expect(stderr).toBe('');
  });
});

function run(armed: string | undefined) {
  const program = `
    import { writeSync } from 'node:fs';
    import { failPoint } from ${JSON.stringify(new URL('fail-point.ts', import.meta.url))};
    for (const row of [1, 2, 3, 4]) {
      writeSync(1, \`row \${row}\\n\`);
      failPoint('row.written');
    }`;
  return spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
    env: armed === undefined ? {} : { FLOE_FAIL_POINT: armed },
  });
}
