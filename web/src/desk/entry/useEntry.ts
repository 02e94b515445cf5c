/**
 * Entry on behalf (代为登记). The draft lives as long as the page does: whoever looks something up and comes back
 * finds it as it was. It is never stored on the device, because it may hold a resident's name and number.
 */
import { computed, reactive, ref, shallowRef, watch } from 'vue'
import type { CaseDetail, CaseNew, Identity, ItemRow, Matter, MatterProposal, Place, PlaceSource } from '@/api/types'
import { t } from '@/shared/i18n'
import { makeReceipt } from '@/shared/receipts'
import { usePhotos } from '@/shared/usePhotos'
import { get, send } from '../core/calls'
import { proposeKept } from '../core/kept'
import { itemWords, nearestPlace } from '../core/labels'
import { fieldPlaces, isInTheField } from '../core/posts'
import { can, me } from '../core/session'
import { useSubmit } from '../core/useSubmit'
import { isOnline } from '../core/online'
import { Waiting, post } from '../outbox/post'
import type { Item } from '@/outbox/item'

export const CHANNELS: CaseNew['channel'][] = ['phone', 'visit', 'paper', 'grid']

interface Draft {
  channel: CaseNew['channel']
  text: string
  matter: string
  /** Chosen by a person: what the words propose no longer changes it. */
  isMatterOwn: boolean
  identity: Identity
  name: string
  phone: string
  place: { source: PlaceSource; region: string; text: string; lon?: number; lat?: number }
  registered: string
  item: string
  itemWords: string
  /** Found by its number or name: it stays until the place is another. */
  isItemOwn: boolean
  settles: boolean
  settleText: string
  /** The phrase the settling words began with. */
  settlePhrase: string
  receipt: string
}

function emptyDraft(): Draft {
  return {
    // Those who walk about are met on the way; what they find themselves has a page of its own.
    channel: isInTheField.value ? 'visit' : 'phone',
    text: '',
    matter: '',
    isMatterOwn: false,
    identity: 'anonymous',
    name: '',
    phone: '',
    // Most of what a post enters happens in its own place.
    place: { source: 'staff', region: (fieldPlaces.value[0] ?? me.value?.posts[0]?.region)?.code ?? '', text: '' },
    registered: '',
    item: '',
    itemWords: '',
    isItemOwn: false,
    settles: false,
    settleText: '',
    settlePhrase: '',
    receipt: makeReceipt(),
  }
}

const draft = reactive(emptyDraft())
const photos = usePhotos()
const settlePhotos = usePhotos()
let owner: string | undefined

function clear(): void {
  Object.assign(draft, emptyDraft())
  photos.clear()
  settlePhotos.clear()
}

export function useEntry() {
  if (owner !== me.value?.person.id) {
    owner = me.value?.person.id
    clear()
  }
  const proposal = shallowRef<MatterProposal | null>(null)
  const matter = shallowRef<Matter | null>(null)
  const located = shallowRef<Place | null>(null)
  /** What lies around the point: "this lamp". */
  const near = shallowRef<ItemRow[]>([])
  const slip = shallowRef<{ found: CaseDetail; receipt: string } | null>(null)
  /** It waits on this device. */
  const kept = shallowRef<{ item: Item; receipt: string } | null>(null)
  const wasTried = ref(false)
  const { isBusy, formError, errorOf, submit } = useSubmit()

  const maySettle = computed(() => can('case.settle') && (matter.value?.grid_settles ?? false))
  const needsContact = computed(() => draft.identity !== 'anonymous')
  const isDirty = computed(() => Boolean(draft.text.trim() || draft.name || draft.phone || photos.photos.length))

  const mistakes = computed<Record<string, string>>(() => {
    if (!wasTried.value) return {}
    const found: Record<string, string> = {}
    if (!draft.text.trim()) found.text = t('ui.required')
    if (!draft.place.region && draft.place.lon === undefined) found.place = t('entry.placeNeeded')
    if (needsContact.value && !draft.name.trim() && !draft.phone.trim()) found.phone = t('entry.contactNeeded')
    else if (needsContact.value && draft.phone.trim() && !/^\+?[\d\s-]{5,20}$/.test(draft.phone.trim())) found.phone = t('entry.phoneWrong')
    if (draft.settles && maySettle.value && !draft.settleText.trim()) found.settle = t('ui.required')
    return found
  })

  let timer: ReturnType<typeof setTimeout> | undefined
  watch(
    () => [draft.text, draft.place.region],
    () => {
      clearTimeout(timer)
      timer = setTimeout(propose, 500)
    },
  )
  async function propose(): Promise<void> {
    const text = draft.text.trim()
    if (text.length < 2) {
      proposal.value = null
      if (!draft.isMatterOwn) draft.matter = ''
      return
    }
    const asked = await send('POST /api/matters/propose', { text, region: draft.place.region || undefined }).catch(async () => {
      const rows = await proposeKept(text)
      return rows.length ? ({ rows, signpost: null } as unknown as MatterProposal) : null
    })
    if (text !== draft.text.trim()) return
    proposal.value = asked
    if (!draft.isMatterOwn) draft.matter = asked?.rows[0]?.matter.code ?? ''
  }

  watch(
    () => draft.matter,
    async (code) => {
      matter.value = proposal.value?.rows.find((row) => row.matter.code === code)?.matter ?? null
      if (!code || matter.value) return
      const found = await get('/api/matters/{code}', { path: { code }, query: { region: draft.place.region } }).catch(() => null)
      if (draft.matter === code) matter.value = found
    },
    { immediate: true },
  )

  watch(
    () => [draft.place.lon, draft.place.lat, draft.matter] as const,
    async ([lon, lat, matter]) => {
      const found = lon === undefined || lat === undefined ? [] : await get('/api/register/near', { query: { lon, lat, matter: matter || undefined } }).then((answer) => answer.rows, () => [])
      if (lon !== draft.place.lon || lat !== draft.place.lat) return
      near.value = found
      if (!draft.isItemOwn && !found.some((one) => one.id === draft.item)) about(null)
    },
    { immediate: true },
  )

  function classify(code: string): void {
    draft.matter = code
    draft.isMatterOwn = true
  }

  /** A point says more than a name: it finds its grid, and the names follow from it. */
  async function pick(point: { lon: number; lat: number }, source: PlaceSource): Promise<string> {
    const place = await get('/api/locate', { query: { lon: point.lon, lat: point.lat, coord: 'wgs84' } }).catch(() => null)
    located.value = place
    if (!place && !isOnline.value) {
      // Without a network the point alone is kept; the server finds its grid when it arrives.
      draft.place = { ...draft.place, source, lon: point.lon, lat: point.lat }
      return ''
    }
    if (!place) return t('pick.outside')
    if (draft.isItemOwn) about(null)
    const region = place.micro_grid ?? place.grid ?? place.village ?? place.township ?? place.county
    draft.place = { ...draft.place, source, lon: point.lon, lat: point.lat, region: region?.code ?? '' }
    return ''
  }
  function choose(region: string): void {
    located.value = null
    if (draft.isItemOwn) about(null)
    draft.place = { source: 'staff', region, text: draft.place.text }
  }

  /** Where the thing stands is where it happened, unless a point says it closer. */
  function about(item: ItemRow | null): void {
    const { lon, lat } = item?.place ?? {}
    Object.assign(draft, { item: item?.id ?? '', itemWords: item ? itemWords(item) : '', isItemOwn: item !== null && !near.value.some((one) => one.id === item.id) })
    if (item && draft.place.lon === undefined && lon != null && lat != null) {
      draft.place = { ...draft.place, region: nearestPlace(item.place)?.code ?? draft.place.region, lon, lat }
    }
  }

  async function enter(): Promise<void> {
    wasTried.value = true
    if (Object.keys(mistakes.value).length > 0) return
    if (!(await photos.sendRest()) || !(await settlePhotos.sendRest())) return
    const body = bodyOf(draft, photos.sent.map((one) => one.sha), maySettle.value, settlePhotos.sent.map((one) => one.sha))
    const about = { words: body.text, place: body.place?.text, receipt: draft.receipt, action: draft.channel === 'grid' && !body.settle ? 'find' : undefined }
    const found = await submit(body, (key) => post('POST /api/cases', body, { key, kind: body.settle ? 'settled' : 'entry', about }))
    if (!found || found === true) return
    if (found instanceof Waiting) kept.value = { item: found.item, receipt: draft.receipt }
    else slip.value = { found, receipt: draft.receipt }
    wasTried.value = false
    clear()
  }

  return { draft, photos, settlePhotos, proposal, matter, located, near, slip, kept, mistakes, maySettle, needsContact, isDirty, isBusy, formError, errorOf, classify, pick, choose, about, enter, clear }
}

function bodyOf(from: Draft, photos: string[], maySettle: boolean, settlePhotos: string[]): CaseNew {
  const contact = from.identity === 'anonymous' ? undefined : { name: from.name.trim() || undefined, phone: from.phone.trim() || undefined }
  return {
    receipt: from.receipt,
    channel: from.channel,
    text: from.text.trim(),
    matter: from.matter || undefined,
    identity: from.identity,
    contact,
    place: { ...from.place, region: from.place.region || undefined, text: from.place.text.trim() || undefined },
    registered_region: from.registered || undefined,
    item: from.item || undefined,
    photos,
    settle: maySettle && from.settles ? { text: from.settleText.trim(), photos: settlePhotos, phrase: from.settlePhrase || undefined } : undefined,
  }
}
