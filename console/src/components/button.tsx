import { Button as AriaButton, type ButtonProps } from 'react-aria-components'
import { useNavigate } from 'react-router'

type Look = 'primary' | 'plain' | 'quiet' | 'danger'

interface Props extends Omit<ButtonProps, 'className' | 'style'> {
  look?: Look
  /** Something that it started is under way: it cannot be pressed again, and says so. */
  busy?: boolean
}

export function Button({ look = 'plain', busy = false, type = 'button', onPress, ...props }: Props) {
  return (
    // Not isPending: what React Aria adds for it names the button still when that is gone. It keeps the focus either way.
    <AriaButton
      {...props}
      type={busy ? 'button' : type}
      aria-disabled={busy || undefined}
      onPress={busy ? undefined : onPress}
      className={`button ${look}${busy ? ' busy' : ''}`}
    />
  )
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
