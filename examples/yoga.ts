import { createServer } from 'node:http'
import { createYoga } from 'graphql-yoga'
import { type Context, findViewer, schema } from './notes.ts'

const yoga = createYoga<object, Context>({
  schema,
  graphqlEndpoint: '/',
  context: ({ request }) => ({ viewer: findViewer(request.headers.get('x-user')) }),
})

const server = createServer(yoga)
server.listen(Number(process.env.PORT ?? 4000), '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address) console.log(`Ready at http://127.0.0.1:${address.port}/`)
})
