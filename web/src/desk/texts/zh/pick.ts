export default {
  matter: '查找事项',
  region: '查找地点：名称、拼音或代码',
  unit: '查找单位',
  person: '查找人员',
  onMap: '在地图上点选',
  hideMap: '收起地图',
  located: '点选位置属于：{place}',
  outside: '该点不在本市范围内',
  guess: '按最近地点推测',
  locate: '用我的位置',
  locating: '正在定位…',
  locateFailed: '无法取得位置，请在地图上点选或查找地名',
}
