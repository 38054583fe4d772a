import { engine } from './engine.js';
import { model } from './model.js';
import { $ } from './show.js';
import { percent, t } from './strings.js';

/** The longest sides of a still picture and of a camera's frame as the engine gets them, in pixels. */
const stillSide = 1000, liveSide = 320;

/** Smaller pictures are enlarged to this side, so that the labels on their boxes are legible. */
const shownSide = 1000;

/** The view that reads pictures: from a file, the clipboard, a drop or the camera. */
export function photoView() {
  let stream = null;

  // The pixels of a part of a picture (left, top, width, height), scaled down to a longest side, on white where it is transparent.
  function pixels(source, longest, from = [0, 0, source.width, source.height]) {
    const scale = Math.min(1, longest / Math.max(from[2], from[3]));
    const canvas = new OffscreenCanvas(Math.max(1, Math.round(from[2] * scale)), Math.max(1, Math.round(from[3] * scale)));
    const g = canvas.getContext('2d', { willReadFrequently: true });
    g.fillStyle = '#fff';
    g.fillRect(0, 0, canvas.width, canvas.height);
    g.drawImage(source, ...from, 0, 0, canvas.width, canvas.height);
    return { canvas, rgba: new Uint8Array(g.getImageData(0, 0, canvas.width, canvas.height).data.buffer), width: canvas.width, height: canvas.height };
  }

  // Draws the boxes: `place` maps the engine's pixels to the canvas's, `unit` is the canvas's pixels for one of CSS.
  function boxes(g, digits, place, unit) {
    const family = getComputedStyle(document.documentElement).fontFamily, line = 2 * unit;
    for (const digit of digits) {
      const [x, y] = place(digit.x, digit.y), [right, bottom] = place(digit.x + digit.width, digit.y + digit.height);
      g.strokeStyle = g.fillStyle = digit.doubtful ? '#b04a00' : '#0b7a3b';
      g.lineWidth = line;
      g.setLineDash(digit.doubtful ? [6 * unit, 4 * unit] : []);
      g.strokeRect(x - line, y - line, right - x + 2 * line, bottom - y + 2 * line);

      // The label stands above the box; without room there, below it; without room there either, inside.
      const size = Math.max(13 * unit, Math.min(20 * unit, 0.4 * (bottom - y))), high = 1.25 * size, text = model.classes[digit.label] + (digit.doubtful ? '?' : '');
      g.font = `600 ${size}px ${family}`;
      const wide = g.measureText(text).width + 0.5 * size, top = y - line >= high ? y - 1.5 * line - high : bottom + line + high <= g.canvas.height ? bottom + 1.5 * line : y;
      const left = Math.min(x - 1.5 * line, g.canvas.width - wide);
      g.fillRect(left, top, wide, high);
      g.fillStyle = '#fff';
      g.textBaseline = 'middle';
      g.fillText(text, left + 0.25 * size, top + 0.54 * high);
    }
  }

  // The first picture takes a second longer, in which the browser compiles what reads it. So one is read while the reader chooses theirs.
  let isWarm = false;
  function warmUp() {
    if (isWarm || !model.classes.length) return;
    isWarm = true;
    const canvas = new OffscreenCanvas(480, 360), g = canvas.getContext('2d');
    g.fillStyle = '#fff';
    g.fillRect(0, 0, canvas.width, canvas.height);
    g.fillStyle = '#000';
    g.font = '60px cursive';
    for (const y of [120, 240]) g.fillText('274 6318', 60, y);
    engine.call('ReadPhoto', pixels(canvas, stillSide).rgba, canvas.width, canvas.height).catch(error => console.warn(error.message));
  }
  model.addEventListener('change', () => { if (!$('view-photo').hidden) warmUp(); });

  async function read(bitmap) {
    stop();
    const picture = pixels(bitmap, stillSide), canvas = $('picture'), g = canvas.getContext('2d');
    const zoom = Math.max(1, shownSide / Math.max(picture.width, picture.height));
    [canvas.width, canvas.height] = [Math.round(zoom * picture.width), Math.round(zoom * picture.height)];
    g.imageSmoothingQuality = 'high';
    g.drawImage(picture.canvas, 0, 0, canvas.width, canvas.height);
    canvas.hidden = false;
    $('photo-empty').hidden = true;
    $('copy').hidden = true;
    $('lines').textContent = '';
    $('photo-note').textContent = t('reading');
    const begin = performance.now();
    try {
      const answer = await engine.ask('ReadPhoto', picture.rgba, picture.width, picture.height), ms = Math.round(performance.now() - begin);
      boxes(g, answer.digits, (x, y) => [zoom * x, zoom * y], canvas.width / Math.max(1, canvas.getBoundingClientRect().width));
      say(answer, ms);
    } catch (error) { $('photo-note').textContent = error.message; }
  }

  function say(answer, ms) {
    const { single } = answer, text = textOf(answer), what = t(model.hasLetters ? 'letters' : 'digits');
    $('lines').textContent = text;
    $('copy').hidden = !text;
    const doubtful = answer.digits.filter(digit => digit.doubtful).length;
    $('photo-note').textContent = single ? found(single)
      : !answer.digits.length ? t('noneFound', { what })
      : t('found', { n: answer.digits.length, what, ms }) + (doubtful ? `, ${t('doubtful', { n: doubtful })}` : '');
  }

  // The one class that was seen, or the lines: a grid's rows have points for empty cells, words have spaces between them.
  function textOf({ lines, single }) { return single ? model.classes[single.label] : lines.join('\n'); }

  // How sure the answer is, and of a whole picture the other classes that it may show.
  function found({ label, probabilities }) {
    if (!model.takesWholePictures) return t('foundOne', { p: percent(probabilities[label]) });
    const others = probabilities.map((p, i) => [p, i]).filter(([, i]) => i !== label).sort(([a], [b]) => b - a).slice(0, 4);
    return t('foundPicture', { p: percent(probabilities[label]), others: others.map(([p, i]) => `${model.classes[i]} ${percent(p)}`).join(', ') });
  }

  async function take(file) {
    let bitmap;
    try { bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' }); } catch { $('photo-note').textContent = t('badPicture'); return; }
    await read(bitmap);
  }

  async function camera() {
    if (!navigator.mediaDevices?.getUserMedia) { $('file').setAttribute('capture', 'environment'); $('file').click(); return; }
    try { stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 960 } }, audio: false }); } catch { $('photo-note').textContent = t('cameraDenied'); return; }
    const video = $('video');
    video.srcObject = stream;
    toggle(true);
    $('camera').classList.toggle('square', model.takesWholePictures);
    $('photo-note').textContent = t(model.takesWholePictures ? 'aimPicture' : 'aim');
    await video.play();
    live();
  }

  async function live() {
    const video = $('video'), overlay = $('live'), mine = stream;
    while (stream === mine && stream) {
      const [w, h] = [video.videoWidth, video.videoHeight], side = 0.88 * Math.min(w, h);
      const from = model.takesWholePictures ? [(w - side) / 2, (h - side) / 2, side, side] : [0.06 * w, 0.32 * h, 0.88 * w, 0.36 * h];
      const band = pixels(video, liveSide, from);
      const answer = await engine.ask('ReadLine', band.rgba, band.width, band.height).catch(error => { console.warn(error.message); return null; });
      if (stream !== mine) return;
      if (answer) {
        [overlay.width, overlay.height] = [w, h];
        const scale = from[2] / band.width;
        boxes(overlay.getContext('2d'), answer.digits, (x, y) => [from[0] + x * scale, from[1] + y * scale], w / video.getBoundingClientRect().width);
        $('lines').textContent = textOf(answer);
        if (answer.single) $('photo-note').textContent = found(answer.single);
      }
      await new Promise(requestAnimationFrame);
    }
  }

  function toggle(isOn) {
    $('camera').hidden = !isOn;
    for (const id of ['snap', 'camera-off']) $(id).hidden = !isOn;
    for (const id of ['choose', 'camera-on']) $(id).hidden = isOn;
    if (isOn) { $('picture').hidden = true; $('photo-empty').hidden = true; } else if ($('picture').hidden) $('photo-empty').hidden = false;
  }

  function stop() {
    stream?.getTracks().forEach(track => track.stop());
    stream = null;
    toggle(false);
  }

  $('choose').onclick = () => { $('file').removeAttribute('capture'); $('file').click(); };
  $('file').onchange = () => { const [file] = $('file').files; $('file').value = ''; if (file) take(file); };
  $('camera-on').onclick = camera;
  $('camera-off').onclick = () => { stop(); $('photo-note').textContent = ''; };
  $('snap').onclick = async () => read(await createImageBitmap($('video')));
  $('copy').onclick = async () => { await navigator.clipboard.writeText($('lines').textContent); $('photo-note').textContent = t('copied'); };
  const drop = $('drop');
  for (const name of ['dragover', 'dragleave', 'drop']) drop.addEventListener(name, e => { e.preventDefault(); drop.classList.toggle('over', name === 'dragover'); });
  drop.addEventListener('drop', e => { const [file] = e.dataTransfer.files; if (file) take(file); });
  return {
    stop,
    warmUp,
    /** Reads a picture from the clipboard; returns whether there was one. */
    paste(e) {
      const file = [...(e.clipboardData?.files ?? [])].find(f => f.type.startsWith('image/'));
      if (file) take(file);
      return Boolean(file);
    },
  };
}
