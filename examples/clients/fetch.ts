/** What the page does when the API asks for it. */
export interface Page {
  /** Nobody is signed in any more: shows the form to sign in. */
  showSignIn(): void
  /** Asks who one is anew, saying what was wrong with the answer before; null when the person would rather not. */
  askForProof(problem: string | null): Promise<Proof | null>
}

/** The password, and a code where the account has an authenticator app. */
export interface Proof {
  password: string
  code?: string
}

export interface Answer<Data> {
  /** Absent when nothing ran; what was withheld is null in it. */
  data?: Data | null
  errors?: ApiError[]
}

export interface ApiError {
  message: string
  /** The field that it is about. */
  path?: (string | number)[]
  extensions: { code: string; retryAfter?: number }
}

export function createApi(url: string, page: Page) {
  let proving: Promise<boolean> | null = null

  async function post<Data>(query: string, variables: object): Promise<Answer<Data>> {
    const response = await fetch(url, {
      method: 'POST',
      credentials: 'include',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    })
    return response.json()
  }

  async function prove(): Promise<boolean> {
    let problem: string | null = null
    for (;;) {
      const proof = await page.askForProof(problem)
      if (proof === null) return false
      const { errors } = await post(reauthenticate, proof)
      if (!errors) return true
      problem = errors[0]?.message ?? null
    }
  }

  /** However many operations want a proof at once, the person is asked once. */
  function proveOnce(): Promise<boolean> {
    proving ??= prove().finally(() => {
      proving = null
    })
    return proving
  }

  return async function send<Data>(query: string, variables: object = {}): Promise<Answer<Data>> {
    let answer = await post<Data>(query, variables)
    // Where there are data, a mutation has run: twice would be once too often.
    const repeatable = !answer.data || !query.trimStart().startsWith('mutation')
    if (has(answer, 'REAUTHENTICATION_REQUIRED') && repeatable && (await proveOnce()))
      answer = await post<Data>(query, variables)
    if (has(answer, 'UNAUTHENTICATED')) page.showSignIn()
    return answer
  }
}

const reauthenticate = `
  mutation ($password: String, $code: String) {
    reauthenticate(password: $password, code: $code) { id }
  }
`

function has({ errors = [] }: Answer<unknown>, code: string): boolean {
  return errors.some(({ extensions }) => extensions.code === code)
}

/** The fields that the viewer may not see, each as its path: `documents.edges.0.node.owner.email`. */
export function withheld({ errors = [] }: Answer<unknown>): string[] {
  return errors.flatMap(({ path, extensions }) => (extensions.code === 'FORBIDDEN' && path ? [path.join('.')] : []))
}

/** For how many seconds a form should be locked; 0 where nothing is limited. */
export function secondsToWait({ errors = [] }: Answer<unknown>): number {
  return Math.max(0, ...errors.map(({ extensions }) => extensions.retryAfter ?? 0))
}
