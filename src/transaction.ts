/**
 * Runs `work` so that either everything it writes through any store lands, or nothing does.
 * A throw rolls back. Calls nest: an inner one joins the outer. Nothing but stores is awaited inside.
 */
export type Transaction = <Result>(work: () => Promise<Result>) => Promise<Result>
