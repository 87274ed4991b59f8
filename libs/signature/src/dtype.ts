/** Hydrosphere's DataType names, with the numbers that they have on its wire. */
export const dtypeNumbers = {
  DT_FLOAT: 1,
  DT_DOUBLE: 2,
  DT_INT32: 3,
  DT_UINT8: 4,
  DT_INT16: 5,
  DT_INT8: 6,
  DT_STRING: 7,
  DT_COMPLEX64: 8,
  DT_INT64: 9,
  DT_BOOL: 10,
  DT_QINT8: 11,
  DT_QUINT8: 12,
  DT_QINT32: 13,
  DT_BFLOAT16: 14,
  DT_QINT16: 15,
  DT_QUINT16: 16,
  DT_UINT16: 17,
  DT_COMPLEX128: 18,
  DT_HALF: 19,
  DT_RESOURCE: 20,
  DT_VARIANT: 21,
  DT_UINT32: 22,
  DT_UINT64: 23,
  DT_ANY: 24,
  DT_MAP: 27,
} as const;

export type Dtype = keyof typeof dtypeNumbers;

const aliases: Readonly<Partial<Record<Dtype, readonly string[]>>> = {
  DT_FLOAT: ['float32', 'fp32', 'f32', 'single'],
  DT_DOUBLE: ['float64', 'fp64', 'f64', 'double'],
  DT_HALF: ['float16', 'fp16', 'f16', 'half'],
  DT_BFLOAT16: ['bfloat16', 'bf16'],
  DT_INT8: ['int8', 'i8', 'byte'],
  DT_INT16: ['int16', 'i16', 'short'],
  DT_INT32: ['int32', 'i32'],
  DT_INT64: ['int64', 'i64', 'long'],
  DT_UINT8: ['uint8', 'u8', 'ubyte'],
  DT_UINT16: ['uint16', 'u16', 'ushort'],
  DT_UINT32: ['uint32', 'u32'],
  DT_UINT64: ['uint64', 'u64'],
  DT_BOOL: ['bool', 'boolean'],
  DT_STRING: ['string', 'str', 'bytes', 'object', 'utf8'],
  DT_COMPLEX64: ['complex64'],
  DT_COMPLEX128: ['complex128', 'complex'],
  DT_QINT8: ['qint8'],
  DT_QINT16: ['qint16'],
  DT_QINT32: ['qint32'],
  DT_QUINT8: ['quint8'],
  DT_QUINT16: ['quint16'],
  DT_VARIANT: ['variant'],
  DT_RESOURCE: ['resource'],
};

const byName = new Map<string, Dtype>(
  (Object.keys(dtypeNumbers) as Dtype[]).flatMap((dtype) => [
    [dtype.toLowerCase(), dtype] as const,
    ...(aliases[dtype] ?? []).map((alias) => [alias, dtype] as const),
  ]),
);

const byNumber = new Map<number, Dtype>(
  Object.entries(dtypeNumbers).map(([dtype, number]) => [number, dtype as Dtype]),
);

/**
 * The dtype that a name means, in any case and with the prefixes `DT_`, `TYPE_`, `tf.`, `torch.`, `np.`.
 * `float` and `int` mean other widths in other places and are therefore no names.
 */
export function parseDtype(name: string): Dtype | undefined {
  const plain = name.trim().toLowerCase();
  return byName.get(plain) ?? byName.get(plain.replace(/^(type_|tf\.|torch\.|np\.|numpy\.)/, ''));
}

/** The dtype of a number on Hydrosphere's wire. */
export function dtypeOfNumber(number: number): Dtype | undefined {
  return byNumber.get(number);
}

/** The name that people write in `serving.yaml`. */
export function shortNameOf(dtype: Dtype): string {
  return aliases[dtype]?.[0] ?? dtype;
}

/** Why a name is no dtype, with what to write instead. */
export function unknownDtypeMessage(name: string): string {
  const plain = name.trim().toLowerCase();
  if (plain === 'float')
    return "'float' is 32 bits to some and 64 to others: write float32 or float64";
  if (plain === 'int') return "'int' is 32 bits to some and 64 to others: write int32 or int64";
  return `'${name.slice(0, 40)}' is no dtype: write one like float32, int64, string or DT_FLOAT`;
}
