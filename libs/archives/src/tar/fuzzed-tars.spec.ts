import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { GNU, paxRecord, type RawEntry, rawTar } from '../testing/raw-tar.ts';
import { chunksOf, refusalOf, unpacked } from '../testing/unpacked.ts';

const names = fc.stringMatching(/^[a-c](\/[a-c]){0,2}$/);

const harmless: fc.Arbitrary<readonly RawEntry[]> = fc.uniqueArray(
  fc.record({ name: names.map((name) => `${name}.bin`), content: fc.string({ maxLength: 600 }) }),
  { maxLength: 6, selector: ({ name }) => name },
);

const inside = fc.constantFrom('', 'x/', './', 'x/./');
const outside = fc.constantFrom('../', 'a/../../', '/', '/etc/', '..\\', 'a/../');
const linkTypes = fc.constantFrom('1', '2', '3', '4', '6', 'S', 'D', 'M', 'V', 'Z', 'X');

/** Each is refused wherever it stands. */
const threats: fc.Arbitrary<readonly RawEntry[]> = fc.oneof(
  fc
    .record({ before: inside, type: linkTypes })
    .map(({ before, type }) => [{ name: `${before}threat`, type, link: '/etc/passwd' }]),
  outside.map((before) => [{ name: `${before}threat` }]),
  outside.map((before) => [
    { name: 'pax', type: 'x', content: paxRecord('path', `${before}threat`) },
    { name: 'harmless' },
  ]),
  outside.map((before) => [
    { name: '././@LongLink', type: 'L', content: `${before}threat\0`, magic: GNU },
    { name: 'harmless' },
  ]),
  fc
    .tuple(inside, inside)
    .map(([one, other]) => [
      { name: `${one}x/threat` },
      { name: `${other}x/threat` },
      { name: `x/${one}threat` },
      { name: `./x/${one}/threat` },
    ]),
  fc.integer({ min: 55, max: 94 }).map((bit) => [{ name: 'threat', size: base256(bit) }]),
);

describe('any tar', () => {
  it('with a threat in it is refused', async () => {
    await fc.assert(
      fc.asyncProperty(harmless, threats, harmless, async (before, threat, after) => {
        expect(await refusalOf(rawTar(...before, ...threat, ...after))).toBeDefined();
      }),
      { numRuns: 300 },
    );
  });

  it('ends as files or as a refusal, whatever its bytes are', async () => {
    const base = rawTar(
      { name: 'd/', type: '5' },
      { name: 'pax', type: 'x', content: paxRecord('path', 'd/a') },
      { name: 'a', content: 'x'.repeat(700) },
      { name: '././@LongLink', type: 'L', content: 'long\0', magic: GNU },
      { name: 'b', content: 'y' },
    );
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 12 }),
      fc.constant(Buffer.alloc(512)),
    );
    const edit = fc.record({ at: fc.nat(base.length - 1), bytes });
    const edits = fc.array(edit, { minLength: 1, maxLength: 6 });
    const chunkBytes = fc.integer({ min: 1, max: 600 });

    await fc.assert(
      fc.asyncProperty(edits, fc.boolean(), chunkBytes, async (changes, withChecksums, chunk) => {
        const tar = Buffer.from(base);
        for (const change of changes)
          tar.set(change.bytes.subarray(0, tar.length - change.at), change.at);
        if (withChecksums) correctChecksums(tar);
        expect(['files', 'ArchiveRefused']).toContain(await outcomeOf(chunksOf(tar, chunk)));
      }),
      { numRuns: 400 },
    );
  });
});

/** A size of GNU with one bit set. */
function base256(bit: number): Buffer {
  return Buffer.from(((1n << 95n) | (1n << BigInt(bit))).toString(16), 'hex');
}

async function outcomeOf(archive: AsyncIterable<Uint8Array>): Promise<string> {
  const outcome: unknown = await unpacked(archive).catch((error: unknown) => error);
  return outcome instanceof Error ? outcome.name : 'files';
}

/** So that what is behind the checksums is reached, too. */
function correctChecksums(tar: Buffer): void {
  for (let start = 0; start + 512 <= tar.length; start += 512) {
    const block = tar.subarray(start, start + 512);
    if (!block.toString('latin1', 257, 262).startsWith('ustar')) continue;
    block.fill(' ', 148, 156);
    const sum = block.reduce((total, byte) => total + byte, 0);
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  }
}
