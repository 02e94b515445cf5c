export default {
  waiting: {
    title: '已存在这部手机，还没有送出',
    lead: '现在连不上网。有网后打开这个网页，会自动送出，不用再写一遍。',
    valid: '送达后生效',
    list: '等待送出',
    state_waiting: '待发送',
    state_sending: '正在发送',
    state_look: '需要您看一下',
    send: '现在发送',
    drop: '丢弃',
    drop_sure: '丢弃“{words}”？丢弃后不能恢复。',
    arrived: '“{words}”已经送到',
    full: '手机存储已满，没有存下。您写的内容还在这一页，请清理手机后再试。',
    refused: '没有被接受：{why}',
    rewrite: '取回修改',
  },
}
