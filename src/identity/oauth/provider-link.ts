/** An account at an OpenID provider by which a user may sign in: known by issuer and subject, never by its address. */
export interface ProviderLink {
  id: string
  userId: string
  /** The provider's name in the configuration. */
  provider: string
  issuer: string
  subject: string
  createdAt: Date
}

/** What the identity domain needs of a place that keeps links to providers. */
export interface ProviderLinkStore {
  /** False when the account at the provider is linked already, to whomever. */
  create(link: ProviderLink): Promise<boolean>
  find(issuer: string, subject: string): Promise<ProviderLink | null>
  /** Oldest first. */
  listByUser(userId: string): Promise<ProviderLink[]>
  /** Deletes the user's link of that id; false when there is none. */
  delete(link: { id: string; userId: string }): Promise<boolean>
  /** Deletes all that the user has; gives how many. */
  deleteAll(userId: string): Promise<number>
}
