export type { BusServer, OpenBus } from './bus-server.ts';
export { describeBus } from './describe-bus.ts';
export { FaultProxy } from './fault-proxy.ts';
