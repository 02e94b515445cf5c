/** One question with yes and no, for what cannot be taken back. */
import { ElMessageBox } from 'element-plus/es/components/message-box/index'
import 'element-plus/es/components/message-box/style/css'
import { t } from '@/shared/i18n'

export const ask = (question: string): Promise<boolean> =>
  ElMessageBox.confirm(question, t('ui.question'), { confirmButtonText: t('ui.confirm'), cancelButtonText: t('ui.cancel'), closeOnClickModal: false }).then(
    () => true,
    () => false,
  )
