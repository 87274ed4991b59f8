import { type Verdict, verdictOf } from '@floe/signature';

import type { ModelFile } from '../../files/model-files.ts';
import type { Inspection } from '../../frame/inspection.ts';
import type { Claim, Reader, ReaderContext } from '../../frame/reader.ts';
import { classLabelsOf } from './class-labels.ts';
import { deriveTypes } from './derive/derive-types.ts';
import { judgeExternalData } from './external-data.ts';
import { looksLikeOnnx } from './looks-like-onnx.ts';
import type { OnnxModel } from './onnx-model.ts';
import { readModel } from './read-model.ts';
import { signatureOfGraph } from './signature-of-graph.ts';

/** ONNX models (`ModelProto`), read without their weights. */
export const onnxReader: Reader = { id: 'onnx', rank: 4, extensions: ['.onnx'], claim, read };

async function claim(context: ReaderContext): Promise<Claim[]> {
  const claims: Claim[] = [];
  for (const file of context.candidates) {
    const named = file.path.toLowerCase().endsWith('.onnx');
    const strength = looksLikeOnnx(await context.head(file), file.sizeBytes) ? 0.99 : 0.3;
    if (strength > 0.5 || named) claims.push({ strength, path: file.path });
  }
  return claims;
}

async function read(context: ReaderContext, { path }: Claim): Promise<Inspection> {
  const file = context.files.find((each) => each.path === path);
  const model = await readModel(context.open(file as ModelFile));
  const derived = isOpen(model) ? deriveTypes(model) : undefined;
  const derive = (name: string) => derived?.get(name);
  const { signature, evidence, warnings } = signatureOfGraph(model, path, derive);
  const external = judgeExternalData(path, model.graph.externalPaths, context.files);
  const classLabels = classLabelsOf(model);
  const isEmpty = signature.inputs.length + signature.outputs.length === 0;
  const verdict: Verdict = isEmpty ? 'none' : verdictOf(signature, evidence);
  const opset = model.opsets.get('');
  return {
    framework: 'onnx',
    ...(opset !== undefined && { frameworkVersion: `opset ${opset}` }),
    artifact: 'onnx',
    signature: isEmpty ? null : signature,
    verdict,
    ...(classLabels && { classLabels }),
    evidence,
    requirements: [{ package: 'onnxruntime' }],
    safety: { findings: external.findings },
    warnings: [...warnings, ...external.warnings, ...trainingWarnings(model)],
  };
}

/** Whether the file leaves the type or the shape of an output open. */
function isOpen({ graph }: OnnxModel): boolean {
  return graph.outputs.some(({ type }) => {
    const tensor = type?.kind === 'optional' ? type.element : type;
    return tensor === undefined || (tensor.kind === 'tensor' && (!tensor.shape || !tensor.element));
  });
}

function trainingWarnings({ hasTraining }: OnnxModel): Inspection['warnings'] {
  return hasTraining
    ? [
        {
          code: 'TRAINING_IGNORED',
          message: 'The file also holds training steps; they are ignored.',
        },
      ]
    : [];
}
