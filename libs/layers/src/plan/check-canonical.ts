import { caseWarnings, type LayoutWarning } from '../model/case-warnings.ts';
import type { Item } from '../model/item.ts';
import { LayoutError } from '../model/layout-error.ts';
import type { LayerIndex } from '../verify/layer-index.ts';
import { layOut, type LayerPlan } from './lay-out.ts';

/** A layer as it was proven. */
export interface ProvenLayer {
  /** Of the whole tar. */
  readonly sizeBytes: number;
  readonly index: LayerIndex;
}

/** The model that these layers hold, in no particular order. */
export function itemsOf(indexes: Iterable<LayerIndex>): Item[] {
  return [...indexes].flatMap(({ files, emptyDirectories }) => [
    ...files.map(({ path, sizeBytes }) => ({ path, sizeBytes })),
    ...emptyDirectories.map((path) => ({ path, sizeBytes: 0, directory: true as const })),
  ]);
}

/**
 * Layout 1, rules 4 and 5, over a whole model: the layers, in this order, are what `layOut` gives for their files.
 * @throws LayoutError `LAYOUT_NOT_CANONICAL`, `PATH_TWICE`, or another fault of the model
 */
export function checkCanonical(layers: readonly ProvenLayer[]): readonly LayoutWarning[] {
  const items = itemsOf(layers.map(({ index }) => index));
  const plans = layOut(items);
  if (plans.length !== layers.length)
    throw notCanonical(`are ${layers.length} and Layout 1 makes ${plans.length}`);
  for (const [position, plan] of plans.entries()) {
    const layer = layers[position];
    if (!layer || !isPlanned(layer, plan))
      throw notCanonical(
        `differ from Layout 1 in the one at place ${position + 1}`,
        plan.firstPath,
      );
  }
  return caseWarnings(items.map(({ path }) => path));
}

function isPlanned({ sizeBytes, index }: ProvenLayer, plan: LayerPlan): boolean {
  const paths = new Set(itemsOf([index]).map(({ path }) => path));
  return (
    sizeBytes === plan.sizeBytes &&
    paths.size === plan.items.length &&
    plan.items.every(({ path }) => paths.has(path))
  );
}

function notCanonical(fault: string, path?: string): LayoutError {
  return new LayoutError(
    'LAYOUT_NOT_CANONICAL',
    `The layers ${fault}. Lay the model out again and send the layers in their order.`,
    path,
  );
}
