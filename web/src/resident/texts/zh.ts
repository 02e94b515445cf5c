export default { app: { name: '基石' } }
