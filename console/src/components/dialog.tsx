import type { ReactNode } from 'react'
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import type { Action } from '../api/use-action.ts'
import { Button } from './button.tsx'
import { ProblemNotice } from './notice.tsx'

interface Props {
  title: string
  onClose(): void
  children: ReactNode
}

/** Shown while it is rendered; closed by Escape, and not by a stray click beside it. */
export function Dialog({ title, onClose, children }: Props) {
  return (
    <ModalOverlay isOpen onOpenChange={(open) => open || onClose()} className="overlay">
      <Modal className="modal">
        <AriaDialog className="dialog">
          <Heading slot="title" level={2}>
            {title}
          </Heading>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}

interface ConfirmProps extends Props {
  /** What the button says, such as `Delete the account`. */
  confirm: string
  action: Pick<Action<unknown, never>, 'problem' | 'busy'>
  onConfirm(): void
  dangerous?: boolean
}

/** Asks before something is done that cannot be undone. */
export function ConfirmDialog({ confirm, action, onConfirm, dangerous = true, children, ...props }: ConfirmProps) {
  return (
    <Dialog {...props}>
      {action.problem && <ProblemNotice problem={action.problem} />}
      {children}
      <div className="buttons">
        <Button look={dangerous ? 'danger' : 'primary'} busy={action.busy} onPress={onConfirm}>
          {confirm}
        </Button>
        <Button onPress={props.onClose}>Cancel</Button>
      </div>
    </Dialog>
  )
}
