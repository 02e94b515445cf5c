/** The week of every calendar begins on Monday, in both languages. */
import dayjs from 'dayjs'
import 'dayjs/locale/zh-cn'

dayjs.locale({ ...dayjs.Ls.en!, weekStart: 1 })
