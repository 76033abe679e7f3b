import { createRouter, createWebHistory } from 'vue-router'
import ChatPage from './pages/ChatPage.vue'

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', component: ChatPage },
    { path: '/orders', component: () => import('./pages/OrdersPage.vue') },
    { path: '/orders/:id', component: () => import('./pages/OrderPage.vue'), props: true },
    { path: '/:rest(.*)*', component: () => import('./pages/MissingPage.vue') },
  ],
})
