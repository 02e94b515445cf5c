export default { app: { name: 'Jishi' } }
