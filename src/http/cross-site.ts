/** What a browser tells of where a request came from. Pages cannot forge either header. */
export interface RequestOrigin {
  /** Sec-Fetch-Site (Fetch Metadata Request Headers, section 2.3). */
  site: string | undefined
  /** Origin (RFC 6454, section 7). */
  origin: string | undefined
}

/**
 * Decides whether an operation may come from there: from this server's own pages, from a person, or from a page of a
 * listed origin. A request with neither header is no browser's; that it cannot be a form post is for the content type
 * and Apollo's CSRF prevention to see to.
 */
export function isTrustedOrigin({ site, origin }: RequestOrigin, trusted: ReadonlySet<string>): boolean {
  if (site === 'same-origin' || site === 'none') return true
  if (origin !== undefined) return trusted.has(origin)
  return site === undefined
}
