export { FakePlatform, type Fault, type Recorded } from './fake-platform.ts';
export type { Outcome } from './fake-builds.ts';
export { temporaryFolder } from './temporary-folder.ts';
