import { Document, isScalar, visit } from 'yaml';

import { shortNameOf } from '../dtype.ts';
import { defaultSignatureName, type Field, type Signature } from '../signature.ts';
import { placeholder } from './placeholder.ts';

const examples: Readonly<Record<string, string>> = {
  type: 'such as float32, int64, string',
  shape: 'such as [-1, 4] where -1 is free, or scalar',
};

const unknown: Signature = {
  name: defaultSignatureName,
  inputs: [{ name: null, dtype: null, shape: null }],
  outputs: [{ name: null, dtype: null, shape: null }],
};

/** A `contract:` section of serving.yaml with all that is known; what is to be filled in says so. */
export function contractYamlOf(signature: Signature | null): string {
  const { name, inputs, outputs } = signature ?? unknown;
  const side = (fields: readonly Field[], word: string) =>
    fields.length > 0 ? fields : [{ ...unknown.inputs[0], name: `${word}_0` } as Field];
  const document = new Document({
    contract: {
      name,
      inputs: section(side(inputs, 'input'), 'input'),
      outputs: section(side(outputs, 'output'), 'output'),
    },
  });
  visit(document, {
    Seq: (_, shape) => {
      shape.flow = true;
    },
    Pair: (_, { key, value }) => {
      if (isScalar(value) && value.value === placeholder)
        value.comment = ` ${examples[String(key)]}`;
    },
  });
  return document.toString({ flowCollectionPadding: false });
}

function section(fields: readonly Field[], word: string): Map<string, object> {
  return new Map(
    fields.map(({ name, dtype, shape, profile }, index) => [
      name ?? `${word}_${index}`,
      {
        shape: shape === null ? placeholder : shape.length === 0 ? 'scalar' : shape,
        type: dtype === null ? placeholder : shortNameOf(dtype),
        ...(profile && { profile: profile.toLowerCase() }),
      },
    ]),
  );
}
