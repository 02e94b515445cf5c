/** Phone or desktop: the same pages, laid out differently. */
import { readonly, ref } from 'vue'

const narrow = matchMedia('(max-width: 767px)')
const phone = ref(narrow.matches)
narrow.addEventListener('change', (event) => (phone.value = event.matches))

export const isPhone = readonly(phone)
