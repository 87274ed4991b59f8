import {
  type CellEvidence,
  defaultSignatureName,
  type Evidence,
  type Field,
  pointerTo,
  type Side,
  type Signature,
  type Warning,
} from '@floe/signature';

import { describeType } from './describe-type.ts';
import { dtypeOfElement } from './element-types.ts';
import type { OnnxModel, OnnxType, OnnxValue } from './onnx-model.ts';

/** Up to it every initializer had to be listed among the inputs; later a listed one may be overridden by callers. */
const lastVersionWithListedInitializers = 3;

export interface GraphSignature {
  readonly signature: Signature;
  readonly evidence: Evidence;
  readonly warnings: readonly Warning[];
}

/** @param derive the type that follows for a value whose own is missing or open */
export function signatureOfGraph(
  { graph, irVersion }: OnnxModel,
  path: string,
  derive: (name: string) => OnnxType | undefined,
): GraphSignature {
  const hidesInitializers = irVersion <= lastVersionWithListedInitializers;
  const inputs = graph.inputs.filter(
    ({ name }) => !(hidesInitializers && graph.initializers.has(name)),
  );
  const evidence: Record<string, CellEvidence> = {};
  const warnings: Warning[] = [];
  const fieldOf =
    (side: Side) =>
    (value: OnnxValue, index: number): Field => {
      const described = describeField(value, side, index, path, derive);
      Object.assign(evidence, described.evidence);
      warnings.push(...described.warnings);
      const optional =
        value.type?.kind === 'optional' ||
        (side === 'inputs' && graph.initializers.has(value.name));
      return { ...described.field, ...(optional && { optional: true }) };
    };
  const signature = {
    name: defaultSignatureName,
    inputs: inputs.map(fieldOf('inputs')),
    outputs: graph.outputs.map(fieldOf('outputs')),
  };
  return { signature, evidence, warnings };
}

function describeField(
  value: OnnxValue,
  side: Side,
  index: number,
  path: string,
  derive: (name: string) => OnnxType | undefined,
): { field: Field; evidence: Record<string, CellEvidence>; warnings: Warning[] } {
  const own = tensorIn(value.type);
  const needsMore = value.type === undefined || own?.shape === null || own?.element === 0;
  const derived = needsMore ? tensorIn(derive(value.name)) : undefined;
  const element = own?.element || derived?.element || 0;
  const shape = own?.shape ?? derived?.shape ?? null;
  const dtype = dtypeOfElement(element);
  const structure = value.type !== undefined && own === undefined;
  const where = `graph.${side === 'inputs' ? 'input' : 'output'} '${value.name}'`;
  const cell = (status: CellEvidence['status'], locator: string): CellEvidence => ({
    status,
    path,
    locator,
    reader: 'onnx',
  });
  const told = `${where} is ${describeType(value.type)}`;
  const dtypeStatus =
    structure || own?.element ? 'proven' : derived?.element ? 'derived' : 'unknown';
  const shapeStatus = structure || own?.shape ? 'proven' : derived?.shape ? 'derived' : 'unknown';
  const warnings: Warning[] =
    dtype === null && (structure || element !== 0)
      ? [
          {
            code: 'NO_DTYPE_FOR_TYPE',
            message: `'${value.name}' is ${describeType(value.type)}, for which there is no dtype.`,
            pointer: pointerTo(side, index, 'dtype'),
          },
        ]
      : [];
  return {
    field: { name: value.name, dtype, shape },
    evidence: {
      [pointerTo(side, index, 'name')]: cell('proven', where),
      [pointerTo(side, index, 'dtype')]: cell(dtypeStatus, told),
      [pointerTo(side, index, 'shape')]: cell(shapeStatus, told),
    },
    warnings,
  };
}

type TensorType = Extract<OnnxType, { kind: 'tensor' | 'sparse' }>;

/** The tensor that a caller gives or gets; an optional one is the tensor that may be left out. */
function tensorIn(type: OnnxType | undefined): TensorType | undefined {
  if (type?.kind === 'optional') return tensorIn(type.element);
  return type?.kind === 'tensor' || type?.kind === 'sparse' ? type : undefined;
}
