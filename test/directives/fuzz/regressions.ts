/** Cases that once failed, as fast-check names them. */
export const regressions: readonly { what: string; seed: number; path: string }[] = []
