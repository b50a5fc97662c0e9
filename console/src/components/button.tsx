import { Button as AriaButton, type ButtonProps } from 'react-aria-components'
import { useNavigate } from 'react-router'

type Look = 'primary' | 'plain' | 'quiet' | 'danger'

interface Props extends Omit<ButtonProps, 'className' | 'style'> {
  look?: Look
  /** Something that it started is under way: it cannot be pressed again, and says so. */
  busy?: boolean
}

export function Button({ look = 'plain', busy = false, type = 'button', ...props }: Props) {
  return <AriaButton {...props} type={type} isPending={busy} className={`button ${look}`} />
}

/** A way to another page that looks like a button. */
export function ButtonLink({ to, look = 'plain', children }: { to: string; look?: Look; children: string }) {
  const navigate = useNavigate()
  return (
    <Button look={look} onPress={() => void navigate(to)}>
      {children}
    </Button>
  )
}
