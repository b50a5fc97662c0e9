/** Cases that once failed, as fast-check names them. */
export const regressions: readonly { what: string; seed: number; path: string }[] = [
  { what: 'a condition that is null, below a list without items', seed: 540638833, path: '19' },
]
