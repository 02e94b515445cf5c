/** Loaded after the first page has shown: keeps the pages for a day without a network, and sends what waits. */
import { recall } from '@/shared/storage'
import { startShell } from '@/shared/shell'

void startShell('/')
if (recall('outbox')) void import('./report/outbox').then((outbox) => outbox.startReports())
