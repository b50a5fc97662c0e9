import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import './style/base.css'
import './style/layout.css'
import './style/components.css'

// A page that was opened before the server got newer files asks for some that are gone.
addEventListener('vite:preloadError', () => location.reload())

const root = document.getElementById('root')
if (!root) throw new TypeError('The page should have a root')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
