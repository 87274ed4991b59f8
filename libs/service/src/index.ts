export { every } from './every.ts';
export { type Startable, Startables } from './lifecycle.ts';
export { openBus, type TopicDeclaration } from './open-bus.ts';
export { openStore } from './open-store.ts';
export { PlatformFacts } from './platform-face/platform-facts.ts';
export { PlatformModule } from './platform-face/platform.module.ts';
export { runService } from './run-service.ts';
export {
  type ServiceDefinition,
  type ServiceParts,
  serviceProviders,
  startables,
} from './service-providers.ts';
export {
  checkExposure,
  internalSettings,
  otherRegistryOf,
  publicUrlOf,
  releaseSettings,
  serviceSettings,
  storeSettings,
  UnsafeSettings,
} from './service-settings.ts';
