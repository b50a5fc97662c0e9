import type { Role } from '../identity/user.ts'

/** What the access domain needs of a place that keeps role assignments. */
export interface RoleStore {
  /** False when the user holds the role already. `assignedBy` is null for the command line. */
  assign(userId: string, role: Role, assignedBy: string | null, at: Date): Promise<boolean>
  /** False when the user does not hold the role. */
  withdraw(userId: string, role: Role): Promise<boolean>
  /** How many users who are not suspended hold the role; called inside the transaction of a change to decide it. */
  countActiveHolders(role: Role): Promise<number>
}
