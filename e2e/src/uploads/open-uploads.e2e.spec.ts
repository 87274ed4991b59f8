import { eventually } from '@floe/testing';
import { describe, expect, it } from 'vitest';

import { smallModel } from '../small-model.ts';
import { tarHead } from './archives-in-pieces.ts';
import { type OpenUpload, openUpload } from './open-upload.ts';
import { BUILDS, UploadService } from './upload-service.ts';

const MIB = 1024 ** 2;
const OPEN = 1_000;
const TEAMS = ['one', 'two'];
/** Buffers of a connection and of a file, however little comes. */
const MOST_MIB_OF_ONE = 0.5;
const TAR = { 'content-type': 'application/x-tar' };

describe('uploads that are open and do not end', () => {
  it('leave memory flat and others served, a thousand of them; nothing of them stays', async () => {
    await using upload = await UploadService.start();
    await upload.send(BUILDS, await smallModel('first'), TAR);
    const kept = await upload.kept();
    const before = await upload.taken();

    using senders = new DisposableStack();
    const open: OpenUpload[] = [];
    for (let n = 0; n < OPEN; n += 1)
      open.push(senders.use(await openUpload(upload.url, TEAMS[n % TEAMS.length])));
    // Half of them within a small file, which is spooled, half within a big one, which has its layer.
    for (const [n, each] of open.entries()) {
      each.send(tarHead('weights.bin', n % 2 === 0 ? 3 * MIB : 64 * MIB));
      each.send(Buffer.alloc(300_000));
    }
    await eventually(async () => (await upload.kept()).length >= kept.length + OPEN / 2, {
      deadlineMs: 60_000,
    });
    const other = await upload.send(BUILDS, await smallModel('other'), TAR);
    const during = await upload.taken();
    senders.dispose();

    expect(other).toMatchObject({ status: 202, json: { state: 'received' } });
    expect((during.peakBytes - before.peakBytes) / MIB).toBeLessThan(OPEN * MOST_MIB_OF_ONE);
    // What is proven is named by its digest, all else by a key.
    await eventually(async () => (await upload.kept()).every((name) => !name.includes('-')), {
      deadlineMs: 30_000,
    });
    expect(upload.errors).toEqual([]);
  }, 180_000);

  it('are as many as a team, and as all teams together, may have', async () => {
    const env = { FLOE_UPLOAD_TEAM_MAX_OPEN: '2', FLOE_UPLOAD_MAX_OPEN: '3' };
    await using upload = await UploadService.start({ env });
    using senders = new DisposableStack();
    const open = async (team: string): Promise<void> => {
      const sender = senders.use(await openUpload(upload.url, team));
      sender.send(tarHead('weights.bin', 64 * MIB));
    };
    await open('demo');
    await open('demo');
    await eventually(async () => (await upload.kept()).length === 2);

    const team = await senders.use(await openUpload(upload.url)).answer;
    await open('other');
    await eventually(async () => (await upload.kept()).length === 3);
    const all = await senders.use(await openUpload(upload.url, 'third')).answer;
    senders.dispose();
    const later = await eventually(async () => {
      const answer = await upload.send(BUILDS, await smallModel('later'), TAR);
      return answer.status < 400 && answer;
    });

    expect(team).toMatch(/^HTTP\/1\.1 429 [^]*retry-after: \d+[^]*TOO_MANY_REQUESTS/i);
    expect(all).toMatch(/^HTTP\/1\.1 503 [^]*retry-after: \d+[^]*OVERLOADED/i);
    expect(later).toMatchObject({ status: 202 });
  }, 60_000);
});
