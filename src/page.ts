/** Which part of a list to read: `first` entries after the one with the id `after`. */
export interface PageRequest {
  first: number
  after: string | null
}

/** Part of a list, in its order. */
export interface Page<Item> {
  items: Item[]
  hasNextPage: boolean
}
