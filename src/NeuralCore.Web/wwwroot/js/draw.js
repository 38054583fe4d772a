import { engine, bytes } from './engine.js';
import { model } from './model.js';
import { Pad } from './pad.js';
import { $, Bars, heat, paint } from './show.js';
import { percent, t } from './strings.js';

/** Whether an answer is doubtful, as on sheets (FoundDigit.IsDoubtful). */
const isDoubtful = ({ label, probabilities }) => {
  const p = probabilities[label], rival = Math.max(...probabilities.filter((_, i) => i !== label));
  return !(p >= 9 * rival && p >= 0.7);
};

/** The view that reads what is drawn, while it is drawn. */
export function drawView(samples) {
  const pad = new Pad($('pad')), bars = new Bars($('bars'));
  let digits = [], chosen = 0, isReading = false, isStale = false, isLooking = false, looked = null;

  const read = async () => {
    isStale = true;
    if (isReading || !model.classes.length) return;
    isReading = true;
    while (isStale) {
      isStale = false;
      await new Promise(requestAnimationFrame);
      const { ink, width, height } = pad.ink();
      try { digits = pad.isEmpty ? [] : (await engine.ask('ReadDrawing', ink, width, height)).digits; } catch (error) { digits = []; $('verdict').textContent = error.message; }
      chosen = Math.min(chosen, Math.max(0, digits.length - 1));
      show();
    }
    isReading = false;
    look();
  };

  const name = digit => model.classes[digit.label], best = digit => digit.probabilities[digit.label];

  function show() {
    const number = $('number'), text = digits.map(name).join('');
    number.textContent = text || '–';
    number.classList.toggle('idle', !text);
    number.classList.toggle('long', text.length > 5);
    $('verdict').textContent = verdict();
    $('chips').hidden = digits.length < 2;
    if (digits.length > 1) $('chips').replaceChildren(...digits.map((digit, i) => {
      const chip = document.createElement('button');
      chip.textContent = name(digit);
      chip.className = isDoubtful(digit) ? 'doubt' : '';
      chip.setAttribute('aria-pressed', i === chosen);
      chip.setAttribute('aria-label', `${name(digit)}, ${percent(best(digit))}`);
      chip.onclick = () => { chosen = i; show(); look(); };
      return chip;
    }));
    const digit = digits[chosen];
    bars.show(digit?.probabilities);
    paint($('seen'), digit ? bytes(digit.picture) : new Uint8Array(784), 28, 28);
    if (!digit) paint($('saliency'), new Uint8Array(784), 28, 28);
    $('wrong').hidden = !digit;
    if (digit) $('correct').value = digit.label;
  }

  function verdict() {
    if (!digits.length) return t('nothing');
    if (digits.length > 1) {
      const doubtful = digits.filter(isDoubtful);
      return doubtful.length ? t('severalUnsure', { digits: doubtful.map(name).join(', ') }) : t('severalSure');
    }
    const [digit] = digits;
    if (!isDoubtful(digit)) return t('sure', { p: percent(best(digit)) });
    const second = digit.probabilities.map((p, i) => [p, i]).filter(([, i]) => i !== digit.label).sort((a, b) => b[0] - a[0])[0];
    return t('unsure', { other: model.classes[second[1]], p: percent(second[0]) });
  }

  // Saliency and feature maps take longer than reading, so they are computed between readings and of the chosen digit alone.
  async function look() {
    const digit = digits[chosen];
    if (isLooking || !digit || digit === looked) return;
    isLooking = true;
    looked = digit;
    try {
      const picture = bytes(digit.picture);
      const saliency = await engine.call('Saliency', picture, digit.label);
      if (digits.includes(digit)) paint($('saliency'), saliency, 28, 28, (v, i) => heat(v).map(c => Math.min(255, 0.85 * c + 0.3 * picture[i])));
      if ($('inside').open && digits.includes(digit)) maps(await engine.ask('FeatureMaps', picture));
    } catch (error) { console.warn(error.message); }
    isLooking = false;
    if (digits[chosen] && digits[chosen] !== looked && !isReading) look();
  }

  function maps({ layers }) {
    $('maps').replaceChildren(...layers.map(layer => {
      const part = document.createElement('div'), title = document.createElement('h3'), canvas = document.createElement('canvas');
      title.textContent = t('layer', layer);
      canvas.setAttribute('role', 'img');
      canvas.setAttribute('aria-label', t('map', layer));
      const { width: w, height: h, channels } = layer, all = bytes(layer.maps);
      const across = Math.min(channels, w > 12 || innerWidth < 760 ? 16 : 32), down = Math.ceil(channels / across), gap = 1;
      const sheet = new Uint8Array((across * (w + gap) - gap) * (down * (h + gap) - gap)), stride = across * (w + gap) - gap;
      for (let c = 0; c < channels; c++) {
        const left = (c % across) * (w + gap), top = Math.floor(c / across) * (h + gap);
        for (let y = 0; y < h; y++) sheet.set(all.subarray(c * w * h + y * w, c * w * h + (y + 1) * w), (top + y) * stride + left);
      }
      paint(canvas, sheet, stride, sheet.length / stride, heat);
      part.append(title, canvas);
      return part;
    }));
  }

  pad.addEventListener('ink', read);
  $('undo').onclick = () => pad.undo();
  $('clear').onclick = () => pad.clear();
  $('pen').oninput = () => { pad.pen = 0.02 + 0.005 * $('pen').value; };
  $('inside').ontoggle = () => { looked = null; look(); };
  $('keep').onclick = async () => {
    const total = await samples.add(bytes(digits[chosen].picture), model.classes[$('correct').value]);
    $('verdict').textContent = t('kept', { n: total });
  };
  model.addEventListener('change', () => {
    bars.classes(model.classes);
    $('correct').replaceChildren(...model.classes.map((name, i) => new Option(name, i)));
    looked = null;
    read();
  });
  show();
}
