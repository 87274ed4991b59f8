import { describe, expect, it } from 'vitest';

import type { Signature } from '../signature.ts';
import { decodeContractProtobin } from './decode-contract.ts';
import { encodeContractProtobin } from './encode-contract.ts';

/** Bytes that Hydrosphere 3.0.3 writes for these signatures. */
const vectors: readonly { readonly hex: string; readonly signature: Signature }[] = [
  {
    hex: '0a05696e66657212090a017812002002280212050a016420071a140a0179120d0a0bffffffffffffffffff01022009',
    signature: {
      name: 'infer',
      inputs: [
        { name: 'x', dtype: 'DT_DOUBLE', shape: [], profile: 'NUMERICAL' },
        { name: 'd', dtype: 'DT_STRING', shape: null },
      ],
      outputs: [{ name: 'y', dtype: 'DT_INT64', shape: [-1, 2] }],
    },
  },
  {
    hex: '0a017312130a016d12030a01031a090a070a0161120020011a070a016f200a2806',
    signature: {
      name: 's',
      inputs: [
        {
          name: 'm',
          dtype: 'DT_MAP',
          shape: [3],
          fields: [{ name: 'a', dtype: 'DT_FLOAT', shape: [] }],
        },
      ],
      outputs: [{ name: 'o', dtype: 'DT_BOOL', shape: null, profile: 'TEXT' }],
    },
  },
];

describe('encodeContractProtobin', () => {
  it.each(vectors)('writes what Hydrosphere writes for $signature.name', ({ hex, signature }) => {
    expect(Buffer.from(encodeContractProtobin(signature)).toString('hex')).toBe(hex);
  });

  it('gives names to nameless fields, DT_INVALID to unknown dtypes and leaves unknown shapes out', () => {
    const bytes = encodeContractProtobin({
      name: 'predict',
      inputs: [{ name: null, dtype: null, shape: null }],
      outputs: [{ name: null, dtype: 'DT_BFLOAT16', shape: [-1] }],
    });

    const free = message(2, message(1, 'ffffffffffffffffff01'));
    expect(Buffer.from(bytes).toString('hex')).toBe(
      message(1, text('predict')) +
        message(2, `${message(1, text('input_0'))}2000`) +
        message(3, `${message(1, text('output_0'))}${free}2000`),
    );
  });
});

describe('a profile of NONE', () => {
  it('is left out, as Hydrosphere leaves it out', () => {
    const field = { name: 'x', dtype: 'DT_FLOAT', shape: null } as const;
    const bytes = (profile?: 'NONE') =>
      encodeContractProtobin({ name: 's', inputs: [{ ...field, profile }], outputs: [field] });

    expect(bytes('NONE')).toEqual(bytes());
  });
});

describe('decodeContractProtobin', () => {
  it.each(vectors)('reads what Hydrosphere writes for $signature.name', ({ hex, signature }) => {
    expect(decodeContractProtobin(Buffer.from(hex, 'hex'))).toEqual(signature);
  });

  it('reads the contracts of Hydrosphere 2.x', () => {
    const field = (name: string, rest: string) => message(1, text(name)) + rest;
    const shape = message(2, message(2, '08ffffffffffffffffff01') + message(2, '081c'));
    const signature =
      message(1, text('predict')) +
      message(2, field('pixels', `${shape}20045003`)) +
      message(3, field('classes', `${message(2, '1801')}2007`));
    const contract = message(1, text('adult')) + message(2, signature);

    expect(decodeContractProtobin(Buffer.from(contract, 'hex'))).toEqual({
      name: 'predict',
      inputs: [{ name: 'pixels', dtype: 'DT_UINT8', shape: [-1, 28], profile: 'IMAGE' }],
      outputs: [{ name: 'classes', dtype: 'DT_STRING', shape: null }],
    });
  });

  it.each([
    ['a length beyond the end', '0a05696e66657212ff7f0a01'],
    ['nothing', ''],
    ['a signature without outputs', '0a0173120a0a0178200112030a0103'],
    ['an unknown dtype', '0a0173120512030a01002063'],
    ['a number that never ends', 'ff'.repeat(40)],
  ])('refuses %s', (_, hex) => {
    expect(() => decodeContractProtobin(Buffer.from(hex, 'hex'))).toThrow('contract.protobin');
  });

  it('refuses nesting without end', () => {
    let field = '0a0161';
    for (let depth = 0; depth < 2000; depth += 1) field = message(3, message(1, field));

    expect(() =>
      decodeContractProtobin(Buffer.from(message(2, field) + message(3, field), 'hex')),
    ).toThrow('contract.protobin');
  });
});

function message(number: number, hex: string): string {
  const tag = ((number << 3) | 2).toString(16).padStart(2, '0');
  let length = hex.length / 2;
  let prefix = '';
  while (length > 127) {
    prefix += ((length & 127) | 128).toString(16);
    length >>= 7;
  }
  return tag + prefix + length.toString(16).padStart(2, '0') + hex;
}

function text(value: string): string {
  return Buffer.from(value).toString('hex');
}
