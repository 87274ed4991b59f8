import { execFile } from 'node:child_process';
import { mkdtempDisposable, open, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, it } from 'vitest';

import { layerBytes, modelOf, onlyPlan } from './arbitrary-model.ts';
import { LayerVerifier } from './index.ts';
import { atOnce } from './steps/steps.ts';
import { itemHead, parentHeads } from './tar/entries.ts';
import { encodeEntryHead } from './tar/entry-head.ts';

const run = promisify(execFile);

const LIST_BY_PYTHON = `
import json, sys, tarfile
with tarfile.open(sys.argv[1]) as tar:
    print(json.dumps([
        [m.name, 'd' if m.isdir() else '-' if m.isreg() else '?', oct(m.mode), m.size, m.offset_data, m.mtime,
         m.uid, m.gid, m.uname, m.gname, m.linkname] for m in tar]))
`;

const MODEL_BY_PYTHON = `
import io, sys, tarfile
with tarfile.open(sys.argv[1], 'w', format=tarfile.USTAR_FORMAT) as tar:
    for name, type in [('model', b'5'), ('model/files', b'5'), ('model/files/model.onnx', b'0')]:
        info = tarfile.TarInfo(name)
        info.type, info.mode, info.mtime = type, 0o755 if type == b'5' else 0o644, 946684800
        tar.addfile(info, io.BytesIO())
`;

const long = `${'d'.repeat(90)}/${'é'.repeat(100)}/😀.bin`;
const model = modelOf(
  [
    ['model.onnx', Buffer.alloc(1_300, 'onnx')],
    ['bin/run.sh', Buffer.from('#!/bin/sh\nexit 0\n')],
    ['lib/libx.so', Buffer.from('\x7fELF and more', 'latin1')],
    ['variables/.keep', Buffer.of()],
    ['a-b', Buffer.from('x')],
    ['a/b', Buffer.from('y')],
    [long, Buffer.alloc(512, 1)],
    ['x'.repeat(255), Buffer.from('z')],
  ],
  ['assets', 'été'],
);

describe('other readers of tars', () => {
  it("list each entry in Python's tarfile as it was meant", async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'layers-'));
    const tar = join(folder.path, 'layer.tar');
    const bytes = await layerBytes(onlyPlan(model.items), model);
    await writeFile(tar, bytes);

    const { stdout } = await run('python3', ['-c', LIST_BY_PYTHON, tar]);

    const offsets = new Map(verified(bytes).files.map(({ path, offset }) => [path, offset]));
    const listed = JSON.parse(stdout) as readonly (readonly [string, string, ...unknown[]])[];
    const { items } = onlyPlan(model.items);
    const [common, executables] = [
      [946_684_800, 0, 0, '', '', ''],
      ['bin/run.sh', 'lib/libx.so'],
    ];
    expect(listed.slice(0, -items.length).map(([name, type]) => [name, type])).toEqual(
      atOnce(parentHeads(items)).map(({ name }) => [name.slice(0, -1), 'd']),
    );
    expect(
      listed
        .slice(-items.length)
        .map((entry) => (entry[1] === 'd' ? entry.toSpliced(4, 1) : entry)),
    ).toEqual(
      items.map(({ path, sizeBytes, directory }) => {
        const name = `model/files/${path}`;
        if (directory) return [name, 'd', '0o755', 0, ...common];
        const mode = executables.includes(path) ? '0o755' : '0o644';
        return [name, '-', mode, sizeBytes, offsets.get(path), ...common];
      }),
    );
  });

  it('unpack the same files with GNU tar', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'layers-'));
    const tar = join(folder.path, 'layer.tar');
    await writeFile(tar, await layerBytes(onlyPlan(model.items), model));

    const { stderr } = await run('tar', ['-xf', tar, '-C', folder.path]);

    expect(stderr).toBe('');
    for (const [path, content] of model.contents) {
      const file = join(folder.path, 'model/files', path);
      expect(await readFile(file)).toEqual(Buffer.from(content));
      expect((await stat(file)).mtimeMs).toBe(946_684_800_000);
    }
    expect((await stat(join(folder.path, 'model/files/assets'))).isDirectory()).toBe(true);
    expect((await stat(join(folder.path, 'model/files/bin/run.sh'))).mode & 0o777).toBe(0o755);
    expect((await stat(join(folder.path, 'model/files/model.onnx'))).mode & 0o777).toBe(0o644);
  });

  it('see a file of 9 GiB by its header alone', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'layers-'));
    const tar = join(folder.path, 'layer.tar');
    const item = { path: 'été.safetensors', sizeBytes: 9 * 1024 ** 3 };
    await writeSparse(
      tar,
      [...atOnce(parentHeads([item])), itemHead(item)],
      onlyPlan([item]).sizeBytes,
    );

    const byPython = await run('python3', ['-c', LIST_BY_PYTHON, tar]);
    const byTar = await run('tar', ['--quoting-style=literal', '-tvf', tar]);

    expect((JSON.parse(byPython.stdout) as unknown[]).at(-1)).toEqual(
      expect.arrayContaining(['model/files/été.safetensors', 9_663_676_416]),
    );
    expect(byTar.stdout.trim().split('\n').at(-1)).toMatch(
      /^-rw-r--r-- 0\/0\s+9663676416 .* model\/files\/été\.safetensors$/,
    );
  });

  it('write tars that are refused, because only Layout 1 gives the same digest everywhere', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'layers-'));
    const tar = join(folder.path, 'layer.tar');

    await run('python3', ['-c', MODEL_BY_PYTHON, tar]);

    const bytes = await readFile(tar);
    expect(() => verified(bytes)).toThrow(expect.objectContaining({ code: 'LAYER_INVALID' }));
  });
});

function verified(bytes: Uint8Array) {
  const verifier = new LayerVerifier();
  verifier.write(bytes);
  return verifier.end();
}

/** The heads and then a hole up to the tar's end. */
async function writeSparse(
  file: string,
  heads: readonly Parameters<typeof encodeEntryHead>[0][],
  sizeBytes: number,
): Promise<void> {
  await using handle = await open(file, 'w');
  await handle.write(Buffer.concat(heads.map((head) => encodeEntryHead(head, false))));
  await handle.truncate(sizeBytes);
}
