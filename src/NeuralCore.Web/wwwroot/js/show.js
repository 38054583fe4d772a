import { percent } from './strings.js';

/** What several views share: elements by their ids, and small drawing helpers. */

export const $ = id => document.getElementById(id);

/** Paints shades of grey, a byte a pixel, into a canvas of their size. */
export function paint(canvas, pixels, width, height, colour = v => [v, v, v]) {
  canvas.width = width;
  canvas.height = height;
  const g = canvas.getContext('2d'), image = g.createImageData(width, height);
  for (let i = 0; i < pixels.length; i++) { image.data.set(colour(pixels[i], i), 4 * i); image.data[4 * i + 3] = 255; }
  g.putImageData(image, 0, 0);
}

/** From black over violet and orange to pale yellow. */
export const heat = v => { const x = v / 255; return [255 * Math.min(1, 1.6 * x), 255 * Math.max(0, 1.5 * x - 0.45), 255 * (x < 0.5 ? 0.9 * x : Math.max(0, 0.9 - 1.1 * x) + Math.max(0, 2.6 * x - 1.9))]; };

/** The bars of a list of probabilities; they are made once for a list of classes. */
export class Bars {
  #rows = [];
  #root;
  constructor(root) { this.#root = root; }

  classes(names) {
    this.#root.classList.toggle('many', names.length > 14);
    this.#root.style.setProperty('--label', `${Math.min(6.5, 1 + 0.6 * Math.max(...names.map(name => name.length)))}rem`);
    this.#rows = names.map(name => {
      const row = document.createElement('div'), label = document.createElement('b'), bar = document.createElement('i'), value = document.createElement('span');
      row.className = 'bar';
      row.setAttribute('role', 'listitem');
      label.textContent = name;
      row.append(label, bar, value);
      return { row, bar, value };
    });
    this.#root.replaceChildren(...this.#rows.map(r => r.row));
    this.show();
  }

  show(probabilities) {
    const most = probabilities ? Math.max(...probabilities) : 2;
    this.#rows.forEach(({ row, bar, value }, i) => {
      const p = probabilities?.[i] ?? 0;
      row.classList.toggle('best', p === most);
      bar.style.setProperty('--p', p.toFixed(4));
      value.textContent = probabilities ? percent(p) : '';
    });
  }
}
