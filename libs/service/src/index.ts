export { every } from './every.ts';
export { type Startable, Startables } from './lifecycle.ts';
export { openBus } from './open-bus.ts';
export { runService } from './run-service.ts';
export {
  type ServiceDefinition,
  type ServiceParts,
  serviceProviders,
  startables,
} from './service-providers.ts';
export { checkExposure, publicUrlOf, serviceSettings, UnsafeSettings } from './service-settings.ts';
