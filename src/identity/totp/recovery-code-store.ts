/** What the identity domain needs of a place that keeps recovery codes, hashed. */
export interface RecoveryCodeStore {
  /** Puts these in the place of all that the user had, used or not. */
  replaceAll(userId: string, codeHashes: readonly string[]): Promise<void>
  /** Uses up the user's code with this hash; false when there is none or it was used: of many at once one is true. */
  consume(userId: string, codeHash: string, at: Date): Promise<boolean>
  /** How many of the user's can still be used. */
  countUnused(userId: string): Promise<number>
}
