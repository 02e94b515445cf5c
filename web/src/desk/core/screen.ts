/** Phone or desktop: the same pages, laid out differently. A tablet held upright counts as a phone; style sheets use the same width. */
import { readonly, ref } from 'vue'

const narrow = matchMedia('(max-width: 899px)')
const phone = ref(narrow.matches)
narrow.addEventListener('change', (event) => (phone.value = event.matches))

export const isPhone = readonly(phone)
