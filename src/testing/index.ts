export { type Answer, type ApplicationOptions, createApplicationCheck } from './application-check.ts'
export {
  type AccessCheck,
  type AccessFinding,
  type AccessOptions,
  type CoordinateReport,
  checkAccess,
  createAccessCheck,
} from './check-access.ts'
export { describeAccess, describeFinding } from './describe-access.ts'
