export { decideEnd, endOverdue } from './decide-end.ts';
export {
  type Build,
  type BuildError,
  type Image,
  imageOf,
  renderBuild,
  type RenderContext,
} from './render-build.ts';
export { BUILD_STATES, type BuildState, type Moment, stateOf, timelineOf } from './state-of.ts';
export { type Kind, tell, type Told } from './told.ts';
export { warningsOf } from './warnings-of.ts';
