import { useQuery } from '@apollo/client/react'
import { useState } from 'react'
import {
  BeginProviderLinkDocument,
  MyProvidersDocument,
  type MyProvidersQuery,
  UnlinkLoginProviderDocument,
} from '../__generated__/security.ts'
import { useAction } from '../api/use-action.ts'
import { Button } from '../components/button.tsx'
import { ConfirmDialog } from '../components/dialog.tsx'
import { ProblemNotice } from '../components/notice.tsx'
import { Section } from '../components/page.tsx'
import { Result } from '../components/result.tsx'
import { useStatus } from '../components/status.tsx'
import { Table } from '../components/table.tsx'

type Provider = MyProvidersQuery['loginProviders'][number]

/** Where the server knows no providers, there is nothing to show. */
export function Providers() {
  const query = useQuery(MyProvidersDocument)
  const link = useAction(BeginProviderLinkDocument)
  const unlink = useAction(UnlinkLoginProviderDocument)
  const tell = useStatus()
  const [unlinking, setUnlinking] = useState<Provider | null>(null)
  const close = () => {
    unlink.reset()
    setUnlinking(null)
  }
  if (query.data?.loginProviders.length === 0) return null
  return (
    <Section title="Sign-in providers">
      {link.problem && <ProblemNotice problem={link.problem} />}
      <Result of={query}>
        {({ loginProviders }) => (
          <Table
            label="Sign-in providers"
            rows={loginProviders}
            keyOf={({ id }) => id}
            columns={[
              { heading: 'Provider', cell: ({ name }) => name },
              {
                heading: 'State',
                cell: ({ linked }) =>
                  linked ? <span className="badge success">Linked</span> : <span className="badge">Not linked</span>,
              },
              {
                heading: 'Actions',
                actions: true,
                cell: (provider) =>
                  provider.linked ? (
                    <Button look="danger" aria-label={`Unlink ${provider.name}`} onPress={() => setUnlinking(provider)}>
                      Unlink
                    </Button>
                  ) : (
                    <Button
                      aria-label={`Link ${provider.name}`}
                      busy={link.busy}
                      onPress={async () => {
                        const data = await link.run({ provider: provider.id, returnTo: location.pathname })
                        if (data?.beginProviderLink) location.assign(data.beginProviderLink.url)
                      }}
                    >
                      Link
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </Result>
      {unlinking && (
        <ConfirmDialog
          title={`Unlink ${unlinking.name}?`}
          confirm="Unlink the provider"
          action={unlink}
          onClose={close}
          onConfirm={async () => {
            if (!(await unlink.run({ provider: unlinking.id }))) return
            close()
            tell(`${unlinking.name} is unlinked`)
            void query.refetch()
          }}
        >
          <p>It signs you in no more. Sessions that began there go on.</p>
        </ConfirmDialog>
      )}
    </Section>
  )
}
