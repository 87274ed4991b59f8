export { currentTrace, inTrace, keepingTrace } from './current-trace.ts';
export { type Trace, traceFrom, traceOfBuild, traceparentOf } from './trace.ts';
