export default {
  matter: 'Find a matter',
  region: 'Find a place: name, pinyin or code',
  unit: 'Find a unit',
  person: 'Find a person',
  onMap: 'Pick on the map',
  hideMap: 'Hide the map',
  located: 'This point is in {place}',
  outside: 'This point is outside the area',
  guess: 'guessed from the nearest place',
  locate: 'Use my position',
  locating: 'Locating…',
  locateFailed: 'No position; pick on the map or find the place by name',
}
