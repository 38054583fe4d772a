/** Every word of the page. A translation is another table like this one. */
const english = {
  skip: 'Skip to the content', views: 'Views', theme: 'Light or dark',
  tabDraw: 'Draw', tabPhoto: 'Photo', tabTeach: 'Teach', tabTrain: 'Train',

  pad: 'Drawing pad. Draw with a mouse, pen or finger; with a keyboard the arrow keys move the pen and the space bar lifts and lowers it.',
  padHint: 'Draw a digit, or a number', undo: 'Undo', clear: 'Clear', pen: 'Pen',
  answer: 'What the network reads', chips: 'Digits of the number', bars: 'Probability of each class',
  sure: '{p} sure', unsure: 'Not sure. It could be {other} ({p}).', severalSure: 'Sure of every digit', severalUnsure: 'Not sure of {digits}', nothing: 'Waiting for ink',
  wrong: 'Wrong? It is', keepCorrection: 'Keep for teaching', kept: 'Kept. “Teach” has {n} to learn from.',
  seen: 'What the network sees', saliency: 'What its answer depends on',
  inside: 'Inside the network', insideHint: 'feature maps of each layer, live', map: 'Feature maps of {name}', layer: '{name} · {channels} maps of {height} × {width}',

  picture: 'The picture, with a box around each digit', photoEmpty: 'Drop or paste a picture of handwritten digits here, or choose one.',
  choose: 'Choose a picture', cameraOn: 'Camera', cameraOff: 'Stop camera', snap: 'Read this', video: 'The camera’s picture',
  readTitle: 'What it reads', photoHelp: 'A digit, a line, a whole sheet or a sudoku. Boxes with dashes are doubtful. Pictures never leave this device.', photoHelpWhole: 'It sees the square in the middle of a picture. Pictures never leave this device.',
  reading: 'Reading…', digits: 'digits', letters: 'letters', noneFound: 'No {what} found. They should stand out from their paper.', found: '{n} {what} in {ms} ms', foundOne: '{p} sure', foundPicture: '{p} sure. It may also be {others}.', doubtful: '{n} of them doubtful',
  badPicture: 'This file is no picture that the browser can show.', copy: 'Copy', copied: 'Copied',
  aim: 'Hold a line of writing in the frame', aimPicture: 'Hold what it should name in the frame', cameraDenied: 'The camera cannot be used: allow it in the browser, or choose a picture.',

  teachTitle: 'Teach it your hand', teachHelp: 'Choose what you are about to draw, draw it, keep it. Five of each do; your own marks may be anything.',
  classes: 'What you are about to draw', newMark: 'Name of a new mark', addMark: 'Add', teachPad: 'Drawing pad for a sample', teachHint: 'Draw: {name}',
  teachKeep: 'Keep', samplesTitle: 'To learn from', noSamples: 'Nothing yet. Draw some samples, or correct wrong answers under “Draw”.', removeSample: 'Remove this sample of {name}',
  learn: 'Learn', forget: 'Forget everything', lesson: 'Progress', learning: 'Learning…', learnt: 'Learnt in {s} s.',
  ownResult: 'Your own, set aside', knownResult: 'Other digits', beforeAfter: '{before} → {after}', tooFew: 'Give at least four of a class, and one is set aside to test with.',
  modelTitle: 'The model', modelText: '{name} · {parameters} parameters · {classes} classes', classList: 'Classes: {classes}', openModel: 'Open a model…', saveSafetensors: 'Save .safetensors', saveOnnx: 'Save .onnx', firstModel: 'Back to the first',
  taughtName: 'taught by you', trainedName: 'trained here', modelFailed: 'The model was not opened. {why}',

  trainTitle: 'Train a network from nothing', trainHelp: '13,000 random weights, 10,000 images, a minute of your processor. It runs beside the page, which stays as quick as before.',
  curves: 'Accuracy while it learns', curveTrain: 'images it learns from', curveTest: '1,000 images it never sees', trainGo: 'Start', trainPause: 'Pause', trainOn: 'Go on', trainAgain: 'Begin again', trainUse: 'Draw with it',
  factAccuracy: 'Accuracy', factSpeed: 'Images a second', factEpochs: 'Times through', factLoss: 'Loss', networkTitle: 'The network', trainLoading: 'Fetching the images…', trainUsed: 'The other views read with it now.',
  trainFailed: 'The images could not be fetched: once, this needs the network.', curveText: 'After {epochs} times through the images {accuracy} of those it never sees are right.',

  starting: 'Starting the engine…', ready: '{parameters} parameters, ready in {ms} ms. Everything runs on this device.', failed: 'The engine did not start: {why}', offline: 'Works offline.',
};

/** A text by its name, with what stands in braces replaced. */
export const t = (name, values = {}) => english[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);

/** Writes the texts that index.html asks for by name. */
export function applyTexts(root = document) {
  for (const e of root.querySelectorAll('[data-text]')) e.textContent = t(e.dataset.text);
  for (const e of root.querySelectorAll('[data-label]')) { e.setAttribute('aria-label', t(e.dataset.label)); if (e.matches('.icon')) e.title = t(e.dataset.label); }
  for (const e of root.querySelectorAll('[data-placeholder]')) e.placeholder = t(e.dataset.placeholder);
}

export const percent = (p, digits = 1) => `${(100 * p).toFixed(digits)} %`;
export const count = n => n.toLocaleString('en');
