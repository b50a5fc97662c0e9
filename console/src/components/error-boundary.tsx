import { Component, type ReactNode } from 'react'
import { Button } from './button.tsx'
import { Notice } from './notice.tsx'

/** Where a page breaks by a fault of its own, this says so, instead of nothing being there. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false }

  static getDerivedStateFromError() {
    return { broken: true }
  }

  override render() {
    if (!this.state.broken) return this.props.children
    return (
      <Notice kind="problem">
        <p>This page broke. Nothing that you did before is lost: load it again, or go to another one.</p>
        <Button onPress={() => location.reload()}>Load it again</Button>
      </Notice>
    )
  }
}
