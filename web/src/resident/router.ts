import { createRouter, createWebHistory } from 'vue-router'

export const router = createRouter({
  history: createWebHistory(),
  routes: [{ path: '/', name: 'home', component: () => import('./home/HomePage.vue') }],
  scrollBehavior: (_to, _from, kept) => kept ?? { top: 0 },
})
