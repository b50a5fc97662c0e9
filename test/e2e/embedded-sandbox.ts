import { ApolloSandbox } from '@apollo/sandbox'

// What the script on Apollo's content delivery network does, which is made of the same sources.
Object.assign(globalThis, { EmbeddedSandbox: ApolloSandbox })
