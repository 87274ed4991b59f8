import type { Reader } from '../frame/reader.ts';
import { onnxReader } from './onnx/onnx-reader.ts';

/** Every format that is read. */
export const readers: readonly Reader[] = [onnxReader];
