/*
 * The cloud of the embedding space on a canvas: a box, its axes, points in it, turned and in
 * perspective. Stands before embedding_space.js in one module.
 */

const BOX = 2; // standard deviations from the middle of the box to its sides
const DISTANCE = 7; // of the eye, in half widths of the box

/** Half widths of the box: [along direction 1, 2, 3]. */
function box(run, sizes, scale) {
  if (scale === "each") return sizes.map((size) => BOX * size);
  const largest = scale === "whole" ? Math.max(...sizes) : run.largest;
  return [0, 1, 2].map(() => BOX * largest);
}

/**
 * Direction 1 runs to the right, 2 into the picture, 3 upwards; `turn` goes round the upright,
 * `tilt` lifts the eye. From a point in half widths of the box to the screen: x, y, and how much
 * nearer than the middle it is.
 */
function projection({ turn, tilt }, { cx, cy, unit }) {
  const [c, s, ct, st] = [Math.cos(turn), Math.sin(turn), Math.cos(tilt), Math.sin(tilt)];
  return (p1, p2, p3) => {
    const away = p2 * c - p1 * s;
    const near = p3 * st - away * ct;
    const grow = (unit * DISTANCE) / (DISTANCE - near);
    return [cx + grow * (p1 * c + p2 * s), cy - grow * (p3 * ct + away * st), near];
  };
}

const EDGES = [0, 1, 2].flatMap((axis) => [[-1, -1], [-1, 1], [1, -1], [1, 1]].map(([u, v]) =>
  [-1, 1].map((end) => {
    const corner = [u, v];
    corner.splice(axis, 0, end);
    return corner;
  })));

/** Strokes of one kind in one go. */
function strokes(pen, segments, colour, width) {
  pen.beginPath();
  for (const [[x1, y1], [x2, y2]] of segments) {
    pen.moveTo(x1, y1);
    pen.lineTo(x2, y2);
  }
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.stroke();
}

function mark(pen, diamond, x, y, r) {
  pen.beginPath();
  if (diamond) {
    const h = 1.25 * r;
    pen.moveTo(x, y - h);
    pen.lineTo(x + h, y);
    pen.lineTo(x, y + h);
    pen.lineTo(x - h, y);
    pen.closePath();
  } else {
    pen.arc(x, y, r, 0, 2 * Math.PI);
  }
}

/**
 * Draws the cloud and returns where each pair's two views came to stand. `look` has the colours;
 * `only` is a class that stands out, `chosen` a pair, each null where there is none.
 */
function drawCloud(pen, { width, height }, now, half, eye, look, { labels, only, chosen }) {
  // The box, turned in any way, has to fit.
  const unit = Math.min(width / 3.6, height / 3.45);
  const at = projection(eye, { cx: width / 2, cy: height / 2 - 0.06 * unit, unit });
  const n = now.points.length / 6;
  pen.clearRect(0, 0, width, height);
  pen.lineJoin = pen.lineCap = "round";

  // The box without the three edges that meet in its nearest corner.
  const nearest = [-1, 1].flatMap((a) => [-1, 1].flatMap((b) => [-1, 1].map((c) => [a, b, c])))
    .reduce((best, corner) => (at(...corner)[2] > at(...best)[2] ? corner : best));
  const behind = EDGES.filter((ends) => !ends.some((end) => end.every((x, k) => x === nearest[k])));
  strokes(pen, behind.map((ends) => ends.map((end) => at(...end))), look.guide, 1);

  // Its axes, and on each so far as the cloud reaches: two standard deviations.
  [0, 1, 2].forEach((j) => {
    const ends = (reach) => [-reach, reach].map((r) => at(...[0, 1, 2].map((k) => (k === j ? r : 0))));
    strokes(pen, [ends(1)], look.edge, 1);
    strokes(pen, [ends((2 * now.spread[j]) / half[j])], look.quiet, 2);
  });

  // The shadow on the floor tells a volume from a plane when the picture stands still.
  const dim = (pair) => (only !== null && labels[pair] !== only ? 0.12 : 1);
  pen.fillStyle = look.ink;
  for (let i = 0; i < 2 * n; i++) {
    pen.globalAlpha = 0.09 * dim(i % n);
    const [x, y] = at(now.points[i] / half[0], now.points[2 * n + i] / half[1], -1);
    pen.beginPath();
    pen.ellipse(x, y, 3, 1.4, 0, 0, 2 * Math.PI);
    pen.fill();
  }

  const places = Array.from({ length: 2 * n }, (_, i) =>
    at(...[0, 1, 2].map((j) => now.points[j * 2 * n + i] / half[j])));
  for (let k = 0; k < n; k++) {
    pen.globalAlpha = 0.4 * dim(k);
    strokes(pen, [[places[k], places[n + k]]], look.of(labels[k]), 1);
  }
  const order = places.map((_, i) => i).sort((i, j) => places[i][2] - places[j][2]);
  const size = Math.max(2.8, unit / 30);
  for (const i of order) {
    const [x, y, near] = places[i];
    pen.globalAlpha = dim(i % n) * Math.min(1, Math.max(0.45, 0.8 + 0.25 * near));
    mark(pen, labels[i % n] >= 5, x, y, size * (1 + 0.2 * near));
    pen.fillStyle = look.of(labels[i % n]);
    pen.fill();
    pen.strokeStyle = look.paper;
    pen.lineWidth = 0.75;
    pen.stroke();
  }
  pen.globalAlpha = 1;
  if (chosen !== null) {
    const two = [places[chosen], places[n + chosen]];
    strokes(pen, [two], look.ink, 2);
    for (const [x, y] of two) {
      mark(pen, false, x, y, 2 * size);
      pen.strokeStyle = look.ink;
      pen.stroke();
    }
  }
  [0, 1, 2].forEach((j) => {
    const [x, y] = at(...[0, 1, 2].map((k) => (k === j ? 1.16 : 0)));
    pen.font = `${now.learned > j ? "600 " : ""}13px ${look.font}`;
    pen.fillStyle = now.learned > j ? look.ink : look.quiet;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    const name = `direction ${j + 1}`;
    const room = pen.measureText(name).width / 2 + 2;
    pen.fillText(name, Math.min(width - room, Math.max(room, x)), y);
  });
  return places;
}
