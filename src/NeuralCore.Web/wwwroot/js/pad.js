/** A sheet to draw on with a mouse, a pen (pressure sets its width), a finger or the keyboard. Dispatches `ink` when the drawing changes. */
export class Pad extends EventTarget {
  /** Rows of the copy that the engine reads. */
  static rows = 140;

  strokes = [];
  pen = 0.045;
  #canvas; #screen; #copy; #drawn = 0; #cursor = null; #current = null;

  constructor(canvas) {
    super();
    this.#canvas = canvas;
    this.#screen = canvas.getContext('2d', { desynchronized: true });
    this.#copy = new OffscreenCanvas(Pad.rows, Pad.rows).getContext('2d', { willReadFrequently: true });
    new ResizeObserver(() => this.#resize()).observe(canvas);
    canvas.addEventListener('pointerdown', e => {
      if (e.button !== 0 || !e.isPrimary) return;
      canvas.setPointerCapture(e.pointerId);
      this.#begin(this.#at(e));
    });
    canvas.addEventListener('pointermove', e => {
      if (!this.#current || !e.isPrimary) return;
      const events = e.getCoalescedEvents?.() ?? [];
      for (const one of events.length ? events : [e]) this.#current.push(this.#at(one));
      this.#changed();
    });
    for (const name of ['pointerup', 'pointercancel']) canvas.addEventListener(name, () => { this.#current = null; });
    canvas.addEventListener('keydown', e => this.#key(e));
    canvas.addEventListener('blur', () => { this.#cursor = null; this.#current = null; this.#redraw(); });
  }

  get isEmpty() { return this.strokes.length === 0; }

  clear() { this.strokes = []; this.#current = null; this.#redraw(); this.#changed(); }

  undo() { this.strokes.pop(); this.#redraw(); this.#changed(); }

  /** The ink as the engine reads it, a byte a pixel. */
  ink() {
    const { width, height } = this.#copy.canvas, rgba = this.#copy.getImageData(0, 0, width, height).data, ink = new Uint8Array(width * height);
    for (let i = 0; i < ink.length; i++) ink[i] = rgba[4 * i + 3];
    return { ink, width, height };
  }

  // Positions are in units of the sheet's height, so that a drawing can be redrawn at another size.
  #at(e) {
    const box = this.#canvas.getBoundingClientRect();
    const pressure = e.pointerType === 'pen' && e.pressure > 0 ? 0.5 + e.pressure : 1;
    return { x: (e.clientX - box.left) / box.height, y: (e.clientY - box.top) / box.height, width: this.pen * pressure };
  }

  #begin(point) { this.strokes.push(this.#current = [point]); this.#drawn = 0; this.#changed(); }

  #changed() {
    this.#canvas.parentElement.classList.toggle('inked', !this.isEmpty);
    if (this.#current) {
      for (const g of [this.#screen, this.#copy]) this.#line(g, this.#current, Math.max(0, this.#drawn - 1));
      this.#drawn = this.#current.length;
    }
    this.dispatchEvent(new Event('ink'));
  }

  #resize() {
    const box = this.#canvas.getBoundingClientRect();
    if (!box.height) return;
    this.#canvas.width = Math.round(box.width * devicePixelRatio);
    this.#canvas.height = Math.round(box.height * devicePixelRatio);
    this.#copy.canvas.width = Math.max(1, Math.round(Pad.rows * box.width / box.height));
    this.#redraw();
    if (!this.isEmpty) this.dispatchEvent(new Event('ink'));
  }

  #redraw() {
    for (const g of [this.#screen, this.#copy]) {
      g.clearRect(0, 0, g.canvas.width, g.canvas.height);
      for (const stroke of this.strokes) this.#line(g, stroke, 0);
    }
    this.#drawn = this.#current?.length ?? 0;
    if (this.#cursor) {
      const g = this.#screen, h = g.canvas.height;
      g.beginPath();
      g.arc(this.#cursor.x * h, this.#cursor.y * h, 0.03 * h, 0, 7);
      g.lineWidth = 2 * devicePixelRatio;
      g.strokeStyle = this.#current ? '#2456c9' : '#6b6a66';
      g.stroke();
    }
  }

  #line(g, points, from) {
    const h = g.canvas.height;
    g.strokeStyle = g.fillStyle = '#1c1f26';
    g.lineCap = g.lineJoin = 'round';
    if (points.length === 1) {
      g.beginPath();
      g.arc(points[0].x * h, points[0].y * h, points[0].width * h / 2, 0, 7);
      g.fill();
    }
    for (let i = from; i + 1 < points.length; i++) {
      g.beginPath();
      g.lineWidth = points[i + 1].width * h;
      g.moveTo(points[i].x * h, points[i].y * h);
      g.lineTo(points[i + 1].x * h, points[i + 1].y * h);
      g.stroke();
    }
  }

  #key(e) {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const box = this.#canvas.getBoundingClientRect(), wide = box.width / box.height;
    if (e.key in steps) {
      this.#cursor ??= { x: wide / 2, y: 0.3 };
      const [dx, dy] = steps[e.key], step = e.shiftKey ? 0.1 : 0.03;
      this.#cursor = { x: Math.min(wide, Math.max(0, this.#cursor.x + step * dx)), y: Math.min(1, Math.max(0, this.#cursor.y + step * dy)) };
      if (this.#current) { this.#current.push({ ...this.#cursor, width: this.pen }); this.#changed(); }
      this.#redraw();
    } else if (e.key === ' ') {
      this.#cursor ??= { x: wide / 2, y: 0.3 };
      if (this.#current) this.#current = null; else this.#begin({ ...this.#cursor, width: this.pen });
      this.#redraw();
    } else if (e.key === 'Escape') this.clear();
    else if (e.key === 'Backspace' || (e.key === 'z' && (e.ctrlKey || e.metaKey))) this.undo();
    else return;
    e.preventDefault();
  }
}
