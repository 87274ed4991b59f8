import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposable, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';

import { Spool } from './spool.ts';

const run = promisify(execFile);
const FLAGS = ['--no-warnings', '--experimental-transform-types', '--conditions=@floe/source'];

describe('Spool', () => {
  it('gives back any range of what was appended, in pieces of any size', async () => {
    await using folder = await aFolder();
    await using spool = await Spool.open(folder.path);
    const bytes = Buffer.from(Array.from({ length: 900_000 }, (_, index) => index % 251));
    for (let start = 0; start < bytes.length; start += 70_001)
      await spool.append(bytes.subarray(start, start + 70_001));
    await spool.settle();

    for (const [offset, sizeBytes] of [
      [0, 900_000],
      [0, 0],
      [262_143, 2],
      [1, 600_000],
    ] as const) {
      const range = await buffer(spool.read({ offset, sizeBytes }));
      expect(range.equals(bytes.subarray(offset, offset + sizeBytes))).toBe(true);
    }
  });

  it('can be appended to after it was read', async () => {
    await using folder = await aFolder();
    await using spool = await Spool.open(folder.path);
    await spool.append(Buffer.from('one'));
    await spool.settle();
    await spool.append(Buffer.from('other'));
    await spool.settle();

    expect(String(await buffer(spool.read({ offset: 0, sizeBytes: 8 })))).toBe('oneother');
  });

  it('does not keep the buffers that it is given', async () => {
    await using folder = await aFolder();
    await using spool = await Spool.open(folder.path);
    const reused = Buffer.from('first');
    await spool.append(reused);
    reused.write('other');
    await spool.settle();

    expect(String(await buffer(spool.read({ offset: 0, sizeBytes: 5 })))).toBe('first');
  });

  it('has no name, so that a killed process leaves nothing', async () => {
    await using folder = await aFolder();
    const child = spawn(process.execPath, [
      ...FLAGS,
      '--input-type=module',
      '--eval',
      `import { Spool } from ${JSON.stringify(new URL('spool.ts', import.meta.url))};
       const spool = await Spool.open(${JSON.stringify(folder.path)});
       await spool.append(Buffer.alloc(1_000_000));
       await spool.settle();
       console.log('spooled');
       setInterval(() => {}, 1_000);`,
    ]);
    await once(child.stdout, 'data');

    child.kill('SIGKILL');
    await once(child, 'exit');

    expect(await readdir(folder.path)).toEqual([]);
  });

  it('says StoreFull at the limit of a process', async () => {
    await using folder = await aFolder();
    const program = `
      import { Spool } from ${JSON.stringify(new URL('spool.ts', import.meta.url))};
      await using spool = await Spool.open(${JSON.stringify(folder.path)});
      try {
        for (let piece = 0; piece < 64; piece += 1) await spool.append(Buffer.alloc(100_000));
        await spool.settle();
      } catch (error) {
        console.log(error.name);
      }`;
    const limited = `trap '' XFSZ; ulimit -f 4096; exec "$0" ${FLAGS.join(' ')} --input-type=module --eval "$1"`;

    const { stdout } = await run('sh', ['-c', limited, process.execPath, program]);

    expect(stdout).toBe('StoreFull\n');
  });
});

function aFolder() {
  return mkdtempDisposable(join(tmpdir(), 'spool-'));
}
