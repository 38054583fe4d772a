import { drawView } from './draw.js';
import { engine } from './engine.js';
import { model } from './model.js';
import { photoView } from './photo.js';
import { Samples } from './samples.js';
import { $ } from './show.js';
import { applyTexts, count, t } from './strings.js';
import { teachView } from './teach.js';
import { trainView } from './train.js';

applyTexts();
$('status').textContent = t('starting');

const samples = new Samples();
drawView(samples);
teachView(samples);
trainView();
const photo = photoView();

// Views: a tab each, kept in the address so that a bookmark opens one. A model of whole pictures reads no drawings.
const all = ['draw', 'photo', 'teach', 'train'];
let views = all;
function open(name, focus = false) {
  if (!views.includes(name)) name = views[0];
  for (const one of all) {
    const tab = $(`tab-${one}`), isOpen = one === name;
    tab.setAttribute('aria-selected', isOpen);
    tab.tabIndex = isOpen ? 0 : -1;
    $(`view-${one}`).hidden = !isOpen;
    if (isOpen && focus) tab.focus();
  }
  if (name === 'photo') photo.warmUp(); else photo.stop();
  if (location.hash !== `#${name}`) history.replaceState(null, '', `#${name}`);
}
for (const name of all) $(`tab-${name}`).onclick = () => open(name);
document.querySelector('nav').addEventListener('keydown', e => {
  const at = views.findIndex(name => $(`tab-${name}`).tabIndex === 0);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: views.length - 1 }[e.key];
  if (to !== undefined) { e.preventDefault(); open(views.at(to % views.length), true); }
});
addEventListener('hashchange', () => open(location.hash.slice(1)));
document.addEventListener('paste', e => { if (photo.paste(e)) open('photo'); });
document.querySelector('.skip').onclick = e => { e.preventDefault(); $('main').focus(); };
open(location.hash.slice(1));

// Light or dark: the system's choice until the button is pressed.
const root = document.documentElement;
const remembered = () => { try { return localStorage.theme; } catch { return undefined; } };
if (remembered()) root.dataset.theme = remembered();
$('theme').onclick = () => {
  const isDark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = isDark ? 'light' : 'dark';
  try { localStorage.theme = root.dataset.theme; } catch { /* A private window may refuse. */ }
};

model.addEventListener('change', () => {
  views = model.takesWholePictures ? all.slice(1) : all;
  $('tab-draw').hidden = model.takesWholePictures;
  $('photo-help').textContent = t(model.takesWholePictures ? 'photoHelpWhole' : 'photoHelp');
  open(location.hash.slice(1));
});
model.addEventListener('change', () => { $('status').textContent = t('ready', { parameters: count(model.parameters), ms: Math.round(performance.now()) }); }, { once: true });
try {
  await Promise.all([samples.start(), model.start(), engine.ready]);
  globalThis.startedIn = Math.round(performance.now());
} catch (error) {
  $('status').textContent = t('failed', { why: error.message });
  $('status').className = 'fail';
}

// Offline: everything is fetched once and kept.
if ('serviceWorker' in navigator) {
  navigator.serviceWorker.register('service-worker.js').then(() => navigator.serviceWorker.ready).then(() => { globalThis.isOfflineReady = true; $('status').textContent += ` ${t('offline')}`; }, () => {});
}
