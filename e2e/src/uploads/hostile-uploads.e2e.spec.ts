import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { smallModel } from '../small-model.ts';
import { tarOf } from '../tar-of.ts';
import { bomb, formOfZeros, tarOfFiles, tarOfZeros, zipOfZeros } from './archives-in-pieces.ts';
import { hostileFixtures } from './hostile-fixtures.ts';
import type { Taken } from './taken.ts';
import { BUILDS, UploadService } from './upload-service.ts';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const TAR = { 'content-type': 'application/x-tar' };
const OCTETS = { 'content-type': 'application/octet-stream' };
const MOST_TURN_MS = 50;
/** The limit of entries, less the folders that `tarOfFiles` makes. */
const MOST_FILES = 262_144 - 317;
const MOST_MIB = 256;

/** Archives that say what they are not; all others are taken as files, whatever is in them. */
const REFUSED = new Map([
  ['empty-zip.keras', 'EMPTY_MODEL'],
  ['joblib-gzip-truncated.joblib.gz', 'ARCHIVE_INVALID'],
  ['tar-lying-size.tar', 'ARCHIVE_INVALID'],
  ['tar-path-traversal.tar.gz', 'PATH_INVALID'],
  ['zip-bomb-data-pkl.pt', 'ARCHIVE_LIMIT'],
  ['zip-bomb.keras', 'ARCHIVE_LIMIT'],
  ['zip-duplicate-entries.keras', 'PATH_TWICE'],
  ['zip-encrypted-flag.pt', 'ARCHIVE_INVALID'],
  ['zip-local-central-mismatch.pt', 'ARCHIVE_INVALID'],
  ['zip-lying-directory-offset.pt', 'ARCHIVE_INVALID'],
  ['zip-lying-entry-count.pt', 'ARCHIVE_INVALID'],
  ['zip-lying-sizes.pt', 'ARCHIVE_INVALID'],
  ['torchscript-truncated-1.pt', 'ARCHIVE_INVALID'],
  ['torchscript-truncated-2.pt', 'ARCHIVE_INVALID'],
  ['torchscript-truncated-3.pt', 'ARCHIVE_INVALID'],
  ['zip-path-traversal.pt', 'PATH_INVALID'],
]);

// On a busy machine even a thread's own time has outliers (caches, other threads of its core): what is long each time is
// ours.
describe('the upload service, sent what does harm', { retry: 2 }, () => {
  let upload: UploadService;
  let kept: readonly string[];
  let before: Taken;

  /** What it must not have done while the test ran. */
  const writtenBytes = (): Promise<number> =>
    upload.writtenBytes().then((now) => now - before.writtenBytes);
  const harm = async (mostMib = MOST_MIB): Promise<readonly string[]> => {
    const { longestTurnMs, peakBytes } = await upload.taken();
    const grownMib = (peakBytes - before.peakBytes) / MIB;
    return [
      ...(longestTurnMs < MOST_TURN_MS ? [] : [`computed ${longestTurnMs} ms in one turn`]),
      ...(grownMib < mostMib ? [] : [`took ${grownMib} MiB of memory`]),
      ...upload.errors,
    ];
  };

  beforeAll(async () => {
    upload = await UploadService.start();
    // What a process does once (compile, connect) is no fault of what is sent.
    for (const name of ['a', 'b', 'c'])
      await upload.send(BUILDS, await smallModel(name), { ...TAR, 'idempotency-key': name });
    for (const { bytes } of hostileFixtures.slice(0, 5)) await upload.send(BUILDS, bytes, OCTETS);
  }, 60_000);
  afterAll(() => upload[Symbol.asyncDispose]());

  beforeEach(async () => {
    kept = await upload.kept();
    before = await upload.taken();
  });

  it.each(hostileFixtures.map((fixture) => [fixture.name, fixture] as const))(
    'takes %s as a file, or refuses it by name',
    async (name, { bytes, isFolder }) => {
      const path = isFolder ? BUILDS : `${BUILDS}?filename=${name}`;
      const asFile = await upload.send(path, bytes, isFolder ? TAR : {});
      kept = await upload.kept();

      const told = await upload.send(BUILDS, bytes, OCTETS);

      expect(asFile).toMatchObject({ status: 202, json: { state: 'received' } });
      expect(told.json.code).toBe(REFUSED.get(name));
      expect(told.status === 202 ? kept : await upload.kept()).toEqual(kept);
      expect(await harm()).toEqual([]);
    },
  );

  it.each(['gzip', 'zstd'] as const)(
    'stops a bomb of %s early',
    async (compression) => {
      const answer = await upload.send(BUILDS, bomb(compression, 4 * GIB), OCTETS);

      expect(answer).toMatchObject({ status: 413, json: { code: 'ARCHIVE_LIMIT' } });
      expect((await upload.taken()).writtenBytes - before.writtenBytes).toBeLessThan(GIB);
      expect(await upload.kept()).toEqual(kept);
    },
    60_000,
  );

  it('stops a bomb in a zip before it is inflated', async () => {
    const answer = await upload.send(BUILDS, zipOfZeros(256 * MIB), OCTETS);

    expect(answer).toMatchObject({ status: 413, json: { code: 'ARCHIVE_LIMIT' } });
    expect(await upload.kept()).toEqual(kept);
    expect(await writtenBytes()).toBeLessThan(2 * MIB);
    expect(await harm()).toEqual([]);
  });

  it('refuses one entry too many', async () => {
    const answer = await upload.send(BUILDS, tarOfFiles(MOST_FILES + 1), TAR);

    expect(answer).toMatchObject({ status: 413, json: { code: 'ARCHIVE_LIMIT' } });
    expect(await upload.kept()).toEqual(kept);
    expect(await harm()).toEqual([]);
  }, 120_000);

  it('takes as many files as there may be, and goes on answering others', async () => {
    const answer = await upload.send(BUILDS, tarOfFiles(MOST_FILES), TAR);

    expect(answer).toMatchObject({ status: 202, json: { files: { count: MOST_FILES } } });
    // Names and numbers of all of them, here and in the thread that checks them.
    expect(await harm(2 * MOST_MIB)).toEqual([]);
  }, 120_000);

  it('refuses an archive that is cut at any of its blocks', async () => {
    const archive = await tarOf({ 'a.onnx': Buffer.alloc(3_000, 'a'), 'b/c.txt': 'c' });

    for (let end = 512; end < archive.length - 1_024; end += 512) {
      const answer = await upload.send(BUILDS, archive.subarray(0, end), TAR);
      expect(answer, `cut at ${end}`).toMatchObject({
        status: 400,
        json: { code: 'ARCHIVE_INVALID' },
      });
    }

    expect(await upload.kept()).toEqual(kept);
    expect(await harm()).toEqual([]);
  });

  it.each([
    ['archive', TAR, tarOfZeros],
    ['form', { 'content-type': 'multipart/form-data; boundary=b' }, formOfZeros],
  ] as const)(
    'holds a long %s neither in memory nor twice on the disk',
    async (_, type, body) => {
      const answer = await upload.send(BUILDS, body(512 * MIB), type);

      expect(answer).toMatchObject({ status: 202 });
      expect((await writtenBytes()) / (512 * MIB)).toBeLessThan(1.02);
      expect(await harm(MOST_MIB / 2)).toEqual([]);
    },
    60_000,
  );
});
