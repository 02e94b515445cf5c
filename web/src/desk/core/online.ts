/** What the device believes of its network. It may be wrong: a network that leads nowhere counts as one. */
import { readonly, ref } from 'vue'

const online = ref(navigator.onLine)
const mark = () => (online.value = navigator.onLine)
addEventListener('online', mark)
addEventListener('offline', mark)

export const isOnline = readonly(online)
