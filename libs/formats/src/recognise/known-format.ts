/** A format that is known by its first bytes or its name and not read yet. */
export interface KnownFormat {
  readonly framework: string;
  readonly artifact: string;
  /** @param path in lower case */
  readonly matches: (head: Uint8Array, path: string) => boolean;
}

type Matches = KnownFormat['matches'];

function bytesAt(offset: number, bytes: string): Matches {
  const wanted = Buffer.from(bytes, 'latin1');
  return (head) => wanted.equals(head.subarray(offset, offset + wanted.length));
}

function both(...all: readonly Matches[]): Matches {
  return (head, path) => all.every((matches) => matches(head, path));
}

function named(pattern: RegExp): Matches {
  return (_, path) => pattern.test(path);
}

function says(pattern: RegExp): Matches {
  return (head) => pattern.test(Buffer.from(head).toString('latin1'));
}

const zip = bytesAt(0, 'PK\x03\x04');
const pickle: Matches = (head) => head[0] === 0x80 && (head[1] ?? 0) >= 2 && (head[1] ?? 9) <= 5;
const safetensors: Matches = (head) =>
  head.length > 9 && head[8] === 0x7b && head.subarray(4, 8).every((byte) => byte === 0);

/** In the order of their authority: a folder of several is what its first match says. */
export const knownFormats: readonly KnownFormat[] = [
  format('mlflow', 'mlflow_dir', named(/(^|\/)mlmodel$/)),
  format('tensorflow', 'saved_model', named(/(^|\/)saved_model\.(pb|pbtxt|cpb)$/)),
  format('onnx', 'ort', bytesAt(4, 'ORTM')),
  format('tflite', 'tflite', bytesAt(4, 'TFL3')),
  format('executorch', 'executorch_pte', bytesAt(4, 'ET12')),
  format('openvino', 'openvino_ir', both(named(/\.xml$/), says(/^(<\?xml[^>]*>)?\s*<net\s/))),
  format('pmml', 'pmml', says(/<PMML[\s>]/)),
  format('catboost', 'catboost_cbm', bytesAt(0, 'CBM1')),
  format('keras', 'keras_v3', both(zip, named(/\.keras$/))),
  format('keras', 'keras_h5', bytesAt(0, '\x89HDF\r\n\x1a\n')),
  format('lightgbm', 'lightgbm_txt', bytesAt(0, 'tree\nversion=')),
  format(
    'xgboost',
    'xgboost_json',
    says(/^\s*\{\s*"(learner|version)"[^]*"(learner|gradient_booster)"/),
  ),
  format('xgboost', 'xgboost_binary', bytesAt(0, 'binf')),
  format('pytorch', 'torch_export', both(zip, named(/\.pt2$/))),
  format('pytorch', 'torch_zip', both(zip, named(/\.(pt|pth|bin|ckpt)$/))),
  format(
    'pytorch',
    'torch_zip',
    both(zip, says(/^[^]{26,40}[^/]*\/(data\.pkl|constants\.pkl|code\/)/)),
  ),
  format('h2o', 'h2o_mojo', both(zip, says(/model\.ini|experimental\/modelDetails/))),
  format('scikit-learn', 'skops', both(zip, named(/\.skops$/))),
  format('gguf', 'gguf', bytesAt(0, 'GGUF')),
  format('pytorch', 'safetensors', safetensors),
  format('stablehlo', 'stablehlo', bytesAt(0, 'ML\xefR')),
  format('mxnet', 'mxnet_params', bytesAt(0, '\x12\x01\x00\x00\x00\x00\x00\x00')),
  format('rknn', 'rknn', bytesAt(0, 'RKNN')),
  format('numpy', 'npy', bytesAt(0, '\x93NUMPY')),
  format('pickle', 'pickle', pickle),
];

function format(framework: string, artifact: string, matches: Matches): KnownFormat {
  return { framework, artifact, matches };
}
