import { images } from './content.js';
import { engine } from './engine.js';
import { model } from './model.js';
import { $ } from './show.js';
import { count, percent, t } from './strings.js';

/** The time of one call to train, in ms; calls from other views wait about that long at most. */
const turn = 100;

/** The view that trains a network from random weights. */
export function trainView() {
  let isReady = false, isRunning = false, learnt = [], tested = [], seed = 1;

  async function begin() {
    $('train-note').textContent = t('trainLoading');
    const { pixels, labels, test } = await images('train');
    const about = await engine.ask('BeginTraining', pixels, labels, test, seed);
    $('train-layers').replaceChildren(...about.layers.map(name => { const item = document.createElement('li'); item.textContent = name; return item; }));
    $('train-note').textContent = '';
    [learnt, tested, isReady] = [[], [await engine.ask('TestTraining')], true];
    chart();
  }

  async function go() {
    isRunning = true;
    buttons();
    try {
      if (!isReady) await begin();
      while (isRunning) {
        const state = await engine.ask('GoOnWithTraining', turn);
        learnt.push(state);
        facts(state);
        if (state.epochs - tested.at(-1).epochs >= (state.epochs < 1 ? 0.1 : 0.25)) tested.push(await engine.ask('TestTraining'));
        chart();
      }
      if (isReady && learnt.length) { tested.push(await engine.ask('TestTraining')); chart(); }
    } catch (error) {
      $('train-note').textContent = isReady ? error.message : t('trainFailed');
      isRunning = false;
    }
    buttons();
  }

  function facts(state) {
    $('fact-speed').textContent = count(state.imagesPerSecond);
    $('fact-epochs').textContent = state.epochs.toFixed(1);
    $('fact-loss').textContent = state.loss.toFixed(3);
  }

  function buttons() {
    $('train-go').textContent = isRunning ? t('trainPause') : learnt.length ? t('trainOn') : t('trainGo');
    $('train-again').disabled = isRunning || !learnt.length;
    $('train-use').disabled = !learnt.length;
  }

  function chart() {
    const last = tested.at(-1);
    if (last) {
      $('fact-accuracy').textContent = percent(last.accuracy);
      $('curves').setAttribute('aria-label', t('curveText', { epochs: last.epochs.toFixed(1), accuracy: percent(last.accuracy) }));
    }
    const canvas = $('curves'), box = canvas.getBoundingClientRect(), scale = devicePixelRatio;
    if (!box.width) return;
    canvas.width = box.width * scale;
    canvas.height = box.height * scale;
    const g = canvas.getContext('2d'), style = getComputedStyle(canvas), colour = name => style.getPropertyValue(name);
    g.scale(scale, scale);
    const [left, top, right, bottom] = [44, 10, box.width - 8, box.height - 24], longest = Math.max(1, learnt.at(-1)?.epochs ?? 1);

    // Errors on a logarithmic scale: from 95 to 99 % is as far as from 75 to 95.
    const least = 0.006, y = accuracy => { const e = Math.log10(Math.max(least, 1 - accuracy)); return top + (bottom - top) * (e - Math.log10(least)) / -Math.log10(least); };
    const x = epochs => left + (right - left) * epochs / longest;
    g.font = '12px system-ui';
    g.textBaseline = 'middle';
    g.textAlign = 'right';
    for (const accuracy of [0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99]) {
      g.strokeStyle = colour('--line');
      g.lineWidth = 1;
      g.beginPath();
      g.moveTo(left, Math.round(y(accuracy)) + 0.5);
      g.lineTo(right, Math.round(y(accuracy)) + 0.5);
      g.stroke();
      g.fillStyle = colour('--soft');
      g.fillText(percent(accuracy, 0), left - 6, y(accuracy));
    }
    g.textAlign = 'center';
    for (let epoch = 0, step = Math.ceil(longest / 8); epoch <= longest; epoch += step) g.fillText(epoch, x(epoch), bottom + 14);
    const curve = (points, ink, width) => {
      g.strokeStyle = ink;
      g.lineWidth = width;
      g.lineJoin = 'round';
      g.beginPath();
      points.forEach((p, i) => g[i ? 'lineTo' : 'moveTo'](x(p.epochs), y(p.accuracy)));
      g.stroke();
    };
    g.globalAlpha = 0.5;
    curve(learnt, colour('--soft'), 1.5);
    g.globalAlpha = 1;
    curve(tested, colour('--accent'), 3);
  }

  $('train-go').onclick = () => { if (isRunning) isRunning = false; else go(); };
  $('train-again').onclick = () => { seed++; isReady = false; learnt = []; tested = []; go(); };
  $('train-use').onclick = async () => { await model.adopt(await engine.ask('TakeTrained'), t('trainedName')); $('train-note').textContent = t('trainUsed'); };
  new ResizeObserver(chart).observe($('curves'));
  buttons();
}
