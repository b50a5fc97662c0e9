import { once } from 'node:events'
import { connect } from 'node:net'

/** Sends bytes as they are, what no client library would, and gives the answer as it came. */
export async function sendRaw(url: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.end(text)
  let answer = ''
  socket.on('data', (chunk) => {
    answer += chunk
  })
  await once(socket, 'close')
  return answer
}
