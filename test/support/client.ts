import { print, type TypedQueryDocumentNode } from 'graphql'
import { CookieJar } from 'tough-cookie'
import { demoPassword } from '../../src/demo.ts'

export interface GraphqlError {
  message: string
  path?: (string | number)[]
  extensions: { code: string; correlationId?: string }
}

export interface Answer<Data> {
  status: number
  headers: Headers
  /** The raw text: for what must not stand in it. */
  text: string
  body: { data?: Data | null; errors?: GraphqlError[] }
}

export type Json = Record<string, unknown>

export interface Client {
  /** Where the server listens. */
  url: string
  jar: CookieJar
  /** Sends an operation as a browser's page would: a JSON POST with the jar's cookies. */
  execute<Data = Json, Variables = Json>(
    query: string | TypedQueryDocumentNode<Data, Variables>,
    variables?: NoInfer<Variables>,
    headers?: Record<string, string>,
  ): Promise<Answer<Data>>
  /** Any request at all, with the jar's cookies, which the answer may change. */
  send<Data = Json>(path: string, init?: RequestInit): Promise<Answer<Data>>
  login(email: string, password?: string): Promise<Answer<Json>>
  /** The value of the cookie, as the browser keeps it. */
  cookie(name: string): Promise<string | undefined>
}

const login = /* GraphQL */ `
  mutation Login($email: EmailAddress!, $password: String!) {
    login(email: $email, password: $password) { ... on Session { id user { id name email } } }
  }
`

/**
 * A browser with a cookie jar.
 *
 * @param publicUrl - the origin it believes to be talking to, where that is a proxy's
 * @param jar - the cookies that it has already
 */
export function createClient(url: string, publicUrl = url, jar = new CookieJar()): Client {
  const send = async <Data>(path: string, init: RequestInit = {}): Promise<Answer<Data>> => {
    const cookie = await jar.getCookieString(publicUrl)
    const headers = new Headers(init.headers)
    if (cookie !== '' && !headers.has('cookie')) headers.set('cookie', cookie)
    const response = await fetch(`${url}${path}`, { redirect: 'manual', ...init, headers })
    for (const setCookie of response.headers.getSetCookie()) await jar.setCookie(setCookie, publicUrl)
    const text = await response.text()
    const json = response.headers.get('content-type')?.includes('json') === true
    return { status: response.status, headers: response.headers, text, body: json ? JSON.parse(text) : {} }
  }
  const execute: Client['execute'] = (query, variables, headers = {}) =>
    send('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query: typeof query === 'string' ? query : print(query), variables }),
    })

  return {
    url,
    jar,
    send,
    execute,
    login: (email, password = demoPassword) => execute(login, { email, password }),
    async cookie(name) {
      const cookies = await jar.getCookies(publicUrl)
      return cookies.find(({ key }) => key === name)?.value
    },
  }
}

/** What was refused: each error's code, and its path in dots. */
export function refusals({ body }: Answer<unknown>): [code: string, path: string][] {
  return (body.errors ?? []).map(({ extensions, path = [] }) => [extensions.code, path.join('.')])
}

/** The codes of the answer's errors, in order. */
export function codes({ body }: Answer<unknown>): string[] {
  return (body.errors ?? []).map(({ extensions }) => extensions.code)
}

/** Whether nobody listens there. */
export async function isRefused(url: string): Promise<boolean> {
  return fetch(`${url}/health/live`).then(
    () => false,
    () => true,
  )
}
