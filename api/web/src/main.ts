import { createApp } from 'vue'
import App from './App.vue'
import { router } from './router'
import { ensureSession } from './session'
import './styles.css'

// Pages start with a session; without a server they start all the same and say so themselves.
ensureSession().catch(() => undefined).finally(() => createApp(App).use(router).mount('#app'))
