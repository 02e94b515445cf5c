import { reactive, ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { Me } from '@/api/types'
import { send } from '@/shared/api'
import { useSubmit } from '../core/useSubmit'
import { beginSession } from '../core/session'

type Step = 'password' | 'code'

/** Where a log-in leads: the page that was wanted, only on the desk itself; an address from outside must not lead elsewhere. */
export function useEntrance(): (found: Me) => Promise<void> {
  const route = useRoute()
  const router = useRouter()
  return async (found) => {
    const to = route.query.to
    const goal = typeof to === 'string' && /^\/(?!\/|login|first-password)/.test(to) ? to : '/'
    beginSession(found)
    await router.replace(found.must_change_password ? { name: 'first-password' } : goal)
  }
}

export function useLogin(enter: (found: Me) => unknown, login = '') {
  const form = reactive({ login, password: '', code: '' })
  const step = ref<Step>('password')
  const isLocked = ref(false)
  const { isBusy, problem, submit, forget } = useSubmit()

  async function logIn(): Promise<void> {
    isLocked.value = false
    const body = { login: form.login.trim(), password: form.password, ...(step.value === 'code' ? { code: form.code.trim() } : {}) }
    const found = await submit(body, (key) => send('POST /api/session', body, { key }))
    if (found && found !== true) return void (await enter(found))
    const code = problem.value?.code
    if (code === 'locked') isLocked.value = true
    if (code === 'code_needed' && step.value === 'password') {
      step.value = 'code'
      forget()
    }
  }

  function back(): void {
    step.value = 'password'
    form.code = ''
    forget()
  }

  async function become(login: string): Promise<void> {
    const found = await submit({ login }, (key) => send('POST /api/demo/session', { login }, { key }))
    if (found && found !== true) await enter(found)
  }

  return { form, step, isBusy, isLocked, problem, logIn, back, become }
}
