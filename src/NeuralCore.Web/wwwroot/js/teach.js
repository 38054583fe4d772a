import { images } from './content.js';
import { engine } from './engine.js';
import { model } from './model.js';
import { Pad } from './pad.js';
import { $, paint } from './show.js';
import { count, percent, t } from './strings.js';

/** The view that teaches the model its owner's handwriting and new marks. */
export function teachView(samples) {
  const pad = new Pad($('teach-pad'));
  let added = [], chosen = '0', isLearning = false;
  const names = () => [...new Set([...model.classes, ...added, ...samples.all.map(sample => sample.name)])];

  function classes() {
    const all = names();
    if (!all.includes(chosen)) chosen = all[0];
    $('classes').replaceChildren(...all.map(name => {
      const button = document.createElement('button');
      button.type = 'button';
      button.setAttribute('role', 'radio');
      button.setAttribute('aria-checked', name === chosen);
      button.tabIndex = name === chosen ? 0 : -1;
      button.textContent = name;
      button.onclick = () => choose(name);
      return button;
    }));
    $('teach-hint').textContent = chosen ? t('teachHint', { name: chosen }) : '';
  }

  function choose(name) { chosen = name; classes(); pad.clear(); }

  $('classes').addEventListener('keydown', e => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[e.key];
    if (!step) return;
    e.preventDefault();
    const all = names();
    choose(all[(all.indexOf(chosen) + step + all.length) % all.length]);
    $('classes').querySelector('[aria-checked=true]').focus();
  });

  function list() {
    const groups = Map.groupBy(samples.all, sample => sample.name);
    if (!groups.size) { const p = document.createElement('p'); p.textContent = t('noSamples'); $('samples').replaceChildren(p); }
    else $('samples').replaceChildren(...[...groups].map(([name, all]) => {
      const group = document.createElement('div'), label = document.createElement('b');
      group.className = 'group';
      label.textContent = name;
      group.append(label, ...all.map(sample => {
        const button = document.createElement('button'), canvas = document.createElement('canvas');
        paint(canvas, sample.picture, 28, 28);
        button.append(canvas);
        button.setAttribute('aria-label', t('removeSample', { name }));
        button.title = t('removeSample', { name });
        button.onclick = () => samples.remove(sample);
        return button;
      }));
      return group;
    }));
    enable();
  }

  function enable() {
    $('learn').disabled = isLearning || !samples.all.length || !model.classes.length;
    $('forget').disabled = isLearning || (!samples.all.length && model.isFirst);
  }

  async function keepDrawn() {
    if (pad.isEmpty) return;
    const { ink, width, height } = pad.ink();
    await samples.add(await engine.call('Frame', ink, width, height), chosen);
    pad.clear();
    $('teach-pad').focus();
  }

  async function learn() {
    isLearning = true;
    enable();
    const begin = performance.now(), bar = $('lesson');
    bar.hidden = false;
    bar.removeAttribute('value');
    $('lesson-result').textContent = t('learning');
    try {
      const all = names(), pixels = new Uint8Array(784 * samples.all.length), labels = Uint8Array.from(samples.all, sample => all.indexOf(sample.name));
      samples.all.forEach((sample, i) => pixels.set(sample.picture, 784 * i));

      // Known digits are rehearsed only by a model whose first ten classes are the digits.
      const isDigits = model.classes.slice(0, 10).join('') === '0123456789';
      const known = isDigits ? await images('known').catch(() => null) : null;
      let state = await engine.ask('BeginLesson', pixels, labels, JSON.stringify(all), known?.pixels ?? new Uint8Array(0), known?.labels ?? new Uint8Array(0));
      bar.max = state.epochs;
      while (state.epoch < state.epochs) {
        state = await engine.ask('GoOnWithLesson');
        bar.value = state.epoch;
        result(state);
      }
      const end = await engine.ask('EndLesson');
      await model.adopt(end.model, t('taughtName'));
      result(end.lesson, performance.now() - begin);
    } catch (error) { $('lesson-result').textContent = error.message; }
    bar.hidden = true;
    isLearning = false;
    enable();
  }

  function result(state, ms) {
    const row = (title, before, after) => {
      const line = document.createElement('div'), name = document.createElement('span'), value = document.createElement('b');
      name.textContent = title;
      value.textContent = t('beforeAfter', { before: percent(before), after: percent(after) });
      value.className = after > before ? 'good' : after < before ? 'bad' : '';
      line.append(name, value);
      return line;
    };
    const head = document.createElement('span');
    head.textContent = ms === undefined ? t('learning') : t('learnt', { s: (ms / 1000).toFixed(1) });
    const rows = [head];
    if (state.ownAfter !== undefined) rows.push(row(t('ownResult'), state.ownBefore, state.ownAfter));
    else { const p = document.createElement('span'); p.textContent = t('tooFew'); rows.push(p); }
    if (state.knownAfter !== undefined) rows.push(row(t('knownResult'), state.knownBefore, state.knownAfter));
    $('lesson-result').replaceChildren(...rows);
  }

  function save(form) {
    return async () => {
      try {
        const url = URL.createObjectURL(new Blob([await engine.call('Save', form)])), link = document.createElement('a');
        link.href = url;
        link.download = `digits${form}`;
        link.click();
        setTimeout(() => URL.revokeObjectURL(url), 10000);
      } catch (error) { $('model-note').textContent = error.message; }
    };
  }

  pad.addEventListener('ink', () => { $('teach-keep').disabled = pad.isEmpty; });
  $('teach-keep').onclick = keepDrawn;
  $('teach-pad').addEventListener('keydown', e => { if (e.key === 'Enter') keepDrawn(); });
  $('teach-clear').onclick = () => pad.clear();
  $('new-class').onsubmit = e => {
    e.preventDefault();
    const name = $('new-name').value.trim();
    if (!name) return;
    added = [...added, name];
    $('new-name').value = '';
    choose(name);
  };
  $('learn').onclick = learn;
  $('forget').onclick = async () => { added = []; await samples.clear(); await model.forget(); $('lesson-result').replaceChildren(); };
  $('open-model').onclick = () => $('model-file').click();
  $('model-file').onchange = async () => {
    const [file] = $('model-file').files;
    $('model-file').value = '';
    if (!file) return;
    $('model-note').textContent = '';
    try { await model.load(new Uint8Array(await file.arrayBuffer()), file.name); } catch (error) { $('model-note').textContent = t('modelFailed', { why: error.message }); }
  };
  $('first-model').onclick = () => model.forget();
  for (const button of document.querySelectorAll('.export')) button.onclick = save(button.dataset.form);
  samples.addEventListener('change', () => { classes(); list(); });
  model.addEventListener('change', () => {
    classes();
    enable();
    $('first-model').hidden = model.isFirst;
    $('model-text').textContent = t('modelText', { name: model.name, parameters: count(model.parameters), classes: model.classes.length });
    if (model.classes.length !== 10) $('model-text').textContent += `. ${t('classList', { classes: model.classes.join(' ') })}`;
  });
}
