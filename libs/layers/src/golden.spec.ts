import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { type Item, LayerVerifier, layOut, writeLayer } from './index.ts';

interface GoldenItem {
  readonly path: string;
  readonly size?: number;
  readonly dir?: true;
  readonly seed?: number;
  readonly head?: string;
}

interface GoldenTree {
  readonly name: string;
  readonly note: string;
  readonly items: readonly GoldenItem[];
  readonly layers: readonly {
    readonly digest: string;
    readonly sizeBytes: number;
    readonly first: string;
    readonly items: number;
  }[];
}

const { trees } = JSON.parse(
  readFileSync(new URL('../fixtures/layout1.json', import.meta.url), 'utf8'),
) as { readonly trees: readonly GoldenTree[] };

describe('the golden trees of Layout 1', () => {
  it.each(trees)('$name: $note', async ({ items, layers }) => {
    const contents = new Map(items.map((item) => [item.path, contentOf(item)]));

    const plans = layOut(items.map(itemOf));

    const given = [];
    for (const plan of plans) {
      const sha256 = createHash('sha256');
      const verifier = new LayerVerifier();
      let sizeBytes = 0;
      for await (const chunk of writeLayer(plan, async function* content({ path }) {
        yield contents.get(path) ?? Buffer.of();
      })) {
        sha256.update(chunk);
        verifier.write(chunk);
        sizeBytes += chunk.length;
      }
      verifier.end();
      expect(sizeBytes).toBe(plan.sizeBytes);
      given.push({
        digest: `sha256:${sha256.digest('hex')}`,
        sizeBytes,
        first: plan.firstPath,
        items: plan.items.length,
      });
    }
    expect(given).toEqual(layers);
  });
});

function itemOf({ path, size = 0, dir }: GoldenItem): Item {
  return { path, sizeBytes: size, ...(dir && { directory: dir }) };
}

/** As the fixture's `content` says. */
function contentOf({ size = 0, seed = 0, head = '' }: GoldenItem): Buffer {
  const content = Buffer.alloc(size);
  for (let index = 0; index < size; index++) content[index] = (index * 31 + seed) % 251;
  content.write(head, 'latin1');
  return content;
}
