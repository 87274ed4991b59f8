import type { NodeView, Rule, Shape } from './node-view.ts';
import { onShape } from './shaping.ts';

/** Operators that slide a window over the spatial dimensions, which follow batch and channel. */
export const convolving: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['Conv', onShape(convolved)],
  ['MaxPool', onShape(pooled)],
  ['AveragePool', onShape(pooled)],
  ['LpPool', onShape(pooled)],
  ['GlobalAveragePool', onShape(globallyPooled)],
  ['GlobalMaxPool', onShape(globallyPooled)],
]);

function convolved(shape: Shape, node: NodeView): Shape | null {
  const weights = node.input(1)?.shape;
  const kernel = node.integers('kernel_shape') ?? weights?.slice(2);
  const channels = weights?.[0];
  if (!kernel || channels === undefined) return null;
  const spatial = slidOver(shape.slice(2), kernel, node);
  return spatial && [shape[0] ?? -1, channels, ...spatial];
}

function pooled(shape: Shape, node: NodeView): Shape | null {
  const kernel = node.integers('kernel_shape');
  const spatial = kernel && slidOver(shape.slice(2), kernel, node);
  return spatial ? [...shape.slice(0, 2), ...spatial] : null;
}

function globallyPooled(shape: Shape): Shape {
  return shape.map((extent, place) => (place < 2 ? extent : 1));
}

function slidOver(extents: Shape, kernel: Shape, node: NodeView): Shape | null {
  if (extents.length !== kernel.length) return null;
  const padding = node.text('auto_pad', 'NOTSET');
  const round = node.integer('ceil_mode', 0) === 0 ? Math.floor : Math.ceil;
  return extents.map((extent, axis) => {
    const stride = node.integers('strides')?.[axis] ?? 1;
    const dilation = node.integers('dilations')?.[axis] ?? 1;
    const window = ((kernel[axis] ?? 1) - 1) * dilation + 1;
    if (extent < 0 || window <= 0 || stride < 1) return -1;
    if (padding.startsWith('SAME')) return Math.ceil(extent / stride);
    const pads = padding === 'VALID' ? undefined : node.integers('pads');
    const padded = extent + (pads?.[axis] ?? 0) + (pads?.[axis + kernel.length] ?? 0);
    return round((padded - window) / stride) + 1;
  });
}
