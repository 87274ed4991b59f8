import { buffer } from 'node:stream/consumers';

import * as fc from 'fast-check';

import type { Item } from './model/item.ts';
import { addParents, parentOf } from './model/parents.ts';
import { type LayerPlan, layOut } from './plan/lay-out.ts';
import { writeLayer } from './write/write-layer.ts';

/** For tests: a model with its files' contents. */
export interface Model {
  readonly items: readonly Item[];
  readonly contents: ReadonlyMap<string, Uint8Array>;
}

const parts = fc.oneof(
  fc.constantFrom('a', 'a-b', 'a.b', 'Z', 'assets', 'été', '\uFFFD', '😀', 'with space', 'ﬀ'),
  fc.constantFrom('x'.repeat(80), 'y'.repeat(255), 'é'.repeat(60)),
  fc.string({ minLength: 1, maxLength: 4, unit: fc.constantFrom('a', 'b', '-', '_', '0', '~') }),
);

const paths = fc
  .array(parts, { minLength: 1, maxLength: 4 })
  .map((names) => names.join('/'))
  .filter((path) => Buffer.byteLength(path) <= 1024);

const contents = fc
  .tuple(
    fc.constantFrom('', '', '#', '#!', '#!/bin/sh\n', '\x7fELF', '\x7fEL', 'ELF'),
    fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ minLength: 500, maxLength: 1100 })),
  )
  .map(([magic, rest]) => Buffer.concat([Buffer.from(magic, 'latin1'), rest]));

/** Small models in any order of listing; each fits one layer. */
export const models: fc.Arbitrary<Model> = fc
  .record({
    files: fc.array(fc.tuple(paths, contents), { minLength: 1, maxLength: 12 }),
    directories: fc.array(paths, { maxLength: 4 }),
  })
  .map(({ files, directories }) => modelOf(files, directories));

export function modelOf(
  files: Iterable<readonly [path: string, content: Uint8Array]>,
  emptyDirectories: Iterable<string> = [],
): Model {
  const model = new GrowingModel();
  for (const [path, content] of files) model.add({ path, sizeBytes: content.length }, content);
  for (const path of emptyDirectories) model.add({ path, sizeBytes: 0, directory: true });
  return model;
}

/** The whole layer, its files given in pieces of `chunkBytes`. */
export function layerBytes(plan: LayerPlan, model: Model, chunkBytes = 1 << 16): Promise<Buffer> {
  const layer = writeLayer(plan, async function* content({ path }) {
    yield* chunksOf(model.contents.get(path) ?? new Uint8Array(), chunkBytes);
  });
  return buffer(layer);
}

/** The only layer of what is small enough. */
export function onlyPlan(items: Iterable<Item>): LayerPlan {
  const [plan, more] = layOut(items);
  if (!plan || more) throw new Error('These are not one layer.');
  return plan;
}

export function* chunksOf(bytes: Uint8Array, chunkBytes: number): Iterable<Uint8Array> {
  for (let start = 0; start < bytes.length; start += chunkBytes)
    yield bytes.subarray(start, start + chunkBytes);
}

/** Leaves out what would be there twice, or file and directory at once. */
class GrowingModel implements Model {
  readonly items: Item[] = [];
  readonly contents = new Map<string, Uint8Array>();
  readonly #taken = new Set<string>();
  readonly #directories = new Set<string>();

  add(item: Item, content?: Uint8Array): void {
    if (this.#taken.has(item.path) || this.#directories.has(item.path)) return;
    for (let parent = parentOf(item.path); parent !== undefined; parent = parentOf(parent))
      if (this.#taken.has(parent)) return;
    addParents(item.path, this.#directories);
    this.#taken.add(item.path);
    this.items.push(item);
    if (content) this.contents.set(item.path, content);
  }
}
