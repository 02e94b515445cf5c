/**
 * The shapes the server speaks. One table of reads and one of writes type every call of `shared/api.ts`;
 * both are to be derived from the generated `schema.d.ts` as soon as the server prints its OpenAPI document.
 */
export type Names = { zh: string; en?: string }
export type Level = 'province' | 'city' | 'county' | 'township' | 'village' | 'grid' | 'micro_grid'
export interface RegionRef { code: string; level: Level; kind: string; names: Names }
export interface Region extends RegionRef { parent: string | null; pinyin: string; lon?: number; lat?: number; has_children: boolean; successor?: string }
export interface RegionDetail extends Region {
  path: RegionRef[]
  /** Places right below, and at any depth, by kind. */
  child_counts?: Record<string, number>; counts?: Record<string, number>
  /** Codes and names it had before, the oldest first. */
  former?: { code: string; names: Names; valid_from: string; valid_until: string }[]
}
export interface UnitRef { id: string; names: Names; duty: string; level: string }
export interface PersonRef { id: string; name: string }
export interface MatterRef { code: string; names: Names }
export type PlaceSource = 'gps' | 'pin' | 'chosen' | 'qr' | 'staff'
export interface Place {
  city?: RegionRef; county?: RegionRef; township?: RegionRef; village?: RegionRef; grid?: RegionRef; micro_grid?: RegionRef
  text?: string; lon?: number; lat?: number; source: PlaceSource; is_guess: boolean
}
export interface Clock { kind: 'hours' | 'days' | 'working_days'; amount: number }
export interface Deadline {
  due_at: string; clock: Clock; start_at: string
  skipped: { date: string; reason: 'weekend' | 'holiday' | 'start_day'; name?: Names }[]
  assumes_unpublished: number[]; unsure: boolean
}
export interface Duty { duty: string; duty_names: Names; level: string }
export interface Matter {
  code: string; names: Names; class: { code: string; names: Names }; group: { code: string; names: Names }
  kind: 'request' | 'question' | 'signpost'; words: string[]; urgency: Urgency; clock?: Clock
  lead: Duty[]; assist: Duty[]; grid_settles: boolean; publicity: 'summary' | 'count' | 'none'; asks_registered_place: boolean
  basis: { title: string; article?: string; sure: boolean }[]; unsure: string[]
  answer?: Names; guide?: Names; route?: { name: Names; phone?: string; reason: Names }; is_immediate: boolean; version: number
}
export interface MatterClass { code: string; names: Names; groups: { code: string; names: Names }[] }
export interface MatterList { classes: MatterClass[]; rows: Matter[] }
export interface MatterProposal { rows: { matter: Matter; why: string[] }[]; signpost: Matter | null }
export type Urgency = 'emergency' | 'urgent' | 'normal'
export type Status = 'received' | 'dispatched' | 'signed' | 'working' | 'verifying' | 'closed' | 'answered' | 'redirected' | 'refused' | 'merged' | 'withdrawn'
export type ClosedHow = 'confirmed' | 'unverified' | 'settled'
export type Identity = 'anonymous' | 'confidential' | 'named'
export interface TimelineEntry {
  id: string; at: string; kind: string
  by: { role: string | null; unit: UnitRef | null; person: PersonRef | null; is_resident: boolean }
  params: Record<string, unknown>; text: string | null; photos: string[]
}
export interface Verdict { contacted: boolean | null; solved: 'yes' | 'partly' | 'no'; satisfied: 'satisfied' | 'basically' | 'dissatisfied' | 'unsaid'; text?: string }
export interface Photo { sha: string; url: string; thumb_url: string; width: number; height: number }
export interface Rows<T> { rows: T[] }
export interface Listing<T> { rows: T[]; next: string | null; count: number; count_capped: boolean }

export interface Setup {
  name: Names; region: RegionRef; demo: boolean; languages: string[]; photo_max_bytes: number; photo_max_count: number; text_max: number
  map: { tiles: string | null; attribution: string | null; center: [number, number]; zoom: number }
}
export interface QrPlace { code: string; label: Names; region: RegionRef; lon?: number; lat?: number }
export interface StoredPhoto { sha: string; width: number; height: number; bytes: number }
export interface NearbyCase {
  number: string; matter: MatterRef; status: Status; received_at: string; place: { grid?: RegionRef; village?: RegionRef }; report_count: number
}
export interface PlaceNew { source: PlaceSource; lon?: number; lat?: number; region?: string; text?: string }
export interface ReportNew {
  receipt: string; text: string; matter?: string; accepts_answer?: boolean; identity: Identity; contact?: { name?: string; phone?: string }
  place: PlaceNew; registered_region?: string; photos?: string[]; joins?: string; qr?: string; locale: string
}
export interface ReportMade { number: string; status: Status; place: Place; matter?: MatterRef }
export interface ReceiptView {
  number: string; status: Status; status_since: string; closed_how?: ClosedHow; matter?: MatterRef; place: Place; my_text: string; my_photos: Photo[]
  identity: Identity; received_at: string; deadline?: Deadline; lead_unit?: UnitRef; timeline: TimelineEntry[]
  question?: { text: string; asked_at: string }; result?: { text: string; outcome: string; filed_at: string; photos: Photo[] }; verdict?: Verdict
  reminders: { sent: number; closes_at: string | null }
  may: { remark: boolean; reply: boolean; rate: boolean; reopen: boolean; withdraw: boolean }
  reopen_until?: string; is_joined: boolean; contact_accesses: { at: string; role: string; unit: UnitRef; purpose: string }[]
}
export interface WordsAndPhotos { text: string; photos?: string[] }

export interface Post { id: string; role: string; region: RegionRef; unit: UnitRef | null; from: string; until: string | null; deputy_for: PersonRef | null }
export interface Me {
  person: PersonRef; login: string; posts: Post[]; permissions: string[]; must_change_password: boolean; totp: { enabled: boolean }; locale: string; is_demo: boolean
}
export interface Persona { login: string; name: string; role: string; region: RegionRef; unit?: UnitRef }
export interface SessionRow { id: string; created_at: string; last_seen_at: string; user_agent: string; address: string; is_current: boolean }
export interface CaseRow {
  id: string; number: string; status: Status; closed_how?: ClosedHow; urgency: Urgency; matter?: MatterRef; summary: string; place: Place
  lead_unit?: UnitRef; handler?: PersonRef; received_at: string; due_at?: string; closed_at?: string; done_at?: string; is_overdue: boolean
  report_count: number; redo_count: number; channel: string; version: number
}
export interface CaseReport {
  id: string; channel: string; identity: Identity; text: string; photos: Photo[]; received_at: string; entered_by?: PersonRef
  contact: { field: 'name' | 'phone'; mask: string }[]; verdict?: Verdict; registered?: RegionRef; is_withdrawn: boolean; is_joined: boolean
}
export interface Assignment {
  id: string; kind: 'lead' | 'assist'; unit: UnitRef; person?: PersonRef; state: 'open' | 'signed' | 'done' | 'returned' | 'ended'
  due_at?: string; assigned_at: string; signed_at?: string; done_at?: string; reason?: string
}
export interface CaseDetail extends CaseRow {
  deadline?: Deadline; allowed_actions: string[]; reports: CaseReport[]; assignments: Assignment[]; timeline: TimelineEntry[]
  result?: { text: string; outcome: string; filed_at: string; photos: Photo[] }; merged_into?: { id: string; number: string }
  return_count: number; reopen_count: number; source_place?: string; matter_detail?: Matter
}
export interface Candidate { unit: UnitRef; why: string; open_cases: number }
export interface Proposal {
  lead: Candidate | null; assists: Candidate[]; candidates: Candidate[]; why: { step: string; params: Record<string, unknown> }[]; deadline: Deadline | null
}
export interface CaseNew {
  receipt: string; channel: 'phone' | 'paper' | 'visit' | 'grid'; text: string; matter?: string; identity: Identity
  contact?: { name?: string; phone?: string }; place: PlaceNew; registered_region?: string; photos?: string[]; settle?: WordsAndPhotos
}
export interface Unit extends UnitRef { region: RegionRef; parent?: UnitRef; phone?: string; until?: string; version: number }
export interface Person extends PersonRef { login: string; posts: Post[]; left_at?: string; version?: number }
export interface TodayView { code: string; count: number; count_capped: boolean; rows: CaseRow[] }
export interface ImportAnswer { inserted: number; changed: number; unchanged: number; errors: { line: number; column: string; message: string }[] }
export interface CatalogRow { kind: string; code: string; region?: RegionRef; version: number; hash: string; valid_from: string; created_at: string; by?: PersonRef }
export interface CalendarYear { year: number; is_published: boolean; source: string; days: { date: string; kind: 'holiday' | 'workday'; names: Names }[] }
export interface AuditRow {
  seq: number; at: string; kind: string; person?: PersonRef; role?: string; unit?: UnitRef; object_kind: string; object_id: string
  object_number?: string; params: Record<string, unknown>; address?: string
}
export type Boundaries = {
  type: 'FeatureCollection'
  features: { type: 'Feature'; geometry: GeoJSON.Polygon | GeoJSON.MultiPolygon; properties: { code: string; level: Level; kind: string; names: Names; synthetic: boolean } }[]
}

/** Address → what a GET answers. */
export interface Reads {
  '/api/setup': Setup
  '/api/regions': Rows<Region>
  '/api/regions/search': Rows<Region & { path: RegionRef[] }>
  '/api/regions/{code}': RegionDetail
  '/api/locate': Place
  '/api/boundaries': Boundaries
  '/api/matters': MatterList
  '/api/matters/{code}': Matter
  '/api/places/{qr}': QrPlace
  '/api/places': Rows<QrPlace>
  '/api/nearby': Rows<NearbyCase>
  '/api/receipt': ReceiptView
  '/api/session': Me
  '/api/sessions': Rows<SessionRow>
  '/api/demo/personas': Rows<Persona>
  '/api/today': { views: TodayView[] }
  '/api/cases': Listing<CaseRow>
  '/api/cases/{id}': CaseDetail
  '/api/cases/{id}/proposal': Proposal
  '/api/cases/{id}/similar': Rows<CaseRow>
  '/api/units': Listing<Unit>
  '/api/people': Listing<Person>
  '/api/people/{id}': Person
  '/api/roles': { permissions: string[]; rows: { role: string; names: Names; permissions: string[] }[] }
  '/api/catalog': Rows<CatalogRow>
  '/api/catalog/{kind}/{code}': CatalogRow & { toml: string }
  '/api/calendar/{year}': CalendarYear
  '/api/audit': Listing<AuditRow>
}

/** Method and address → [body, answer]. A body of `string` or `Blob` is sent as it is. */
export interface Writes {
  'POST /api/matters/propose': [{ text: string; region?: string }, MatterProposal]
  'POST /api/photos': [Blob, StoredPhoto]
  'POST /api/reports': [ReportNew, ReportMade]
  'POST /api/receipt/remarks': [WordsAndPhotos, ReceiptView]
  'POST /api/receipt/reply': [WordsAndPhotos, ReceiptView]
  'POST /api/receipt/verdict': [Verdict, ReceiptView]
  'POST /api/receipt/reopen': [WordsAndPhotos, ReceiptView]
  'POST /api/receipt/withdraw': [{ text?: string }, ReceiptView]
  'POST /api/session': [{ login: string; password: string; code?: string }, Me]
  'DELETE /api/session': [undefined, void]
  'PUT /api/session/password': [{ old: string; new: string }, Me]
  'POST /api/session/totp': [undefined, { secret: string; otpauth: string }]
  'PUT /api/session/totp': [{ code: string }, Me]
  'DELETE /api/session/totp': [{ code: string }, Me]
  'PUT /api/session/locale': [{ locale: string }, Me]
  'DELETE /api/sessions/{id}': [undefined, void]
  'POST /api/demo/session': [{ login: string }, Me]
  'POST /api/cases': [CaseNew, CaseDetail]
  'POST /api/cases/{id}/{action}': [{ version: number } & Record<string, unknown>, CaseDetail]
  'POST /api/reports/{id}/contact/{field}/open': [{ purpose: string; words: string }, { value: string; until: string }]
  'POST /api/units': [Record<string, unknown>, Unit]
  'PUT /api/units/{id}': [Record<string, unknown>, Unit]
  'POST /api/people': [Record<string, unknown>, { person: Person; first_password: string }]
  'PUT /api/people/{id}': [Record<string, unknown>, Person]
  'POST /api/people/{id}/reset-password': [undefined, { first_password: string }]
  'POST /api/people/{id}/leave': [{ until: string; successor?: string }, Person]
  'POST /api/people/{id}/posts': [Record<string, unknown>, Person]
  'DELETE /api/people/{id}/sessions': [undefined, void]
  'DELETE /api/posts/{id}': [undefined, void]
  'POST /api/regions': [Record<string, unknown>, Region]
  'PUT /api/regions/{code}': [Record<string, unknown>, Region]
  'POST /api/regions/import': [string, ImportAnswer]
  'POST /api/boundaries/import': [Boundaries, ImportAnswer]
  'POST /api/places': [{ label: Names; region: string; lon?: number; lat?: number }, QrPlace]
  'PUT /api/catalog/{kind}/{code}': [{ region?: string; toml: string; valid_from: string }, CatalogRow]
  'PUT /api/calendar/{year}': [{ toml: string }, CalendarYear]
  'POST /api/deadline': [{ start_at: string; clock: Clock }, Deadline]
}
