import { v7 } from 'uuid'

/** Makes an id that no other object has. */
export type CreateId = () => string

/** UUIDv7 (RFC 9562, section 5.7): ids made later sort later, which is what lists are ordered by. */
export const createId: CreateId = () => v7()
