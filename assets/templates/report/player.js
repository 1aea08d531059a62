"use strict";
// One clock, in seconds of the session; picture and sounds are kept in step with it.
const page = JSON.parse(document.getElementById("session").textContent);
const one = (sought, within = document) => within.querySelector(sought);
const all = (sought, within = document) => [...within.querySelectorAll(sought)];
const told = s => `${Math.floor(Math.max(0, s) / 60)}:${String(Math.floor(Math.max(0, s) % 60)).padStart(2, "0")}`;

const player = (() => {
  const box = one(".player");
  const watching = [];
  const media = box ? all("audio, video[data-start]", box).map(medium) : [];
  const length = Math.max(page.duration_s, ...media.map(m => m.end));
  let clock = 0, rate = 1, playing = false, before = 0, held = 0;

  function medium(element) {
    const start = Number(element.dataset.start);
    // Times in a camera's file are those of the session; some browsers count from its first picture.
    const m = { element, start, end: Number(element.dataset.end), shift: element.tagName === "AUDIO" ? start : 0, picture: element.tagName === "VIDEO", ok: true, want: null };
    element.addEventListener("error", () => lost(m));
    if (m.picture) {
      element.addEventListener("loadedmetadata", () => count_from(m), { once: true });
      for (const kind of ["seeked", "durationchange"]) element.addEventListener(kind, () => reach(m));
    }
    return m;
  }

  function count_from(m) {
    if (m.start < 0.5) return;
    m.element.addEventListener("seeked", () => {
      m.shift = m.element.currentTime > m.start / 2 ? 0 : m.start;
      place(m, clock);
    }, { once: true });
    m.element.currentTime = 0;
  }

  function lost(m) {
    m.ok = false;
    m.element.classList.remove("shown");
    const gone = media.filter(each => !each.ok).map(each => each.element.dataset.name || each.element.getAttribute("src"));
    one(".trouble", box).textContent = `${gone.join(", ")} cannot be played: no longer beside this page, damaged, or of a kind that this browser does not know.`;
    if (!media.some(each => each.ok)) { box.classList.add("silent"); pause(); }
  }

  const at = m => m.element.currentTime + m.shift;
  const due = m => m.ok && clock >= m.start && clock < m.end - 0.02;
  const running = m => due(m) && !m.element.paused && !m.element.seeking && !m.element.ended && m.element.readyState > 2;

  function place(m, t) {
    m.want = m.picture ? t : null;
    if (Math.abs(at(m) - t) > 0.01) m.element.currentTime = Math.max(0, t - m.shift);
  }

  // A camera's file that was begun late says too short a length, until its end has been read.
  function reach(m) {
    if (m.want === null || m.element.seeking) return;
    const end = m.element.duration - 0.05;
    if (m.want > at(m) + 0.3 && end + m.shift > at(m) + 0.2) m.element.currentTime = Math.min(m.want - m.shift, end);
    else if (m.want <= at(m) + 0.3) m.want = null;
  }

  function follow() {
    const lead = media.find(running), shown = box.dataset.picture === "off" ? null : pictured();
    for (const m of media) {
      m.element.playbackRate = rate;
      if (m.picture) m.element.classList.toggle("shown", m === shown);
      if (!due(m) || !playing) { if (!m.element.paused) m.element.pause(); continue; }
      if (m.element.paused) { place(m, clock); m.element.play().catch(() => {}); }
      else if (m !== lead && !m.element.seeking && Math.abs(at(m) - clock) > (m.picture ? 0.12 : 0.06)) place(m, clock);
    }
  }

  // The picture of now; before the first and after the last, those stand still.
  function pictured() {
    const pictures = media.filter(m => m.picture && m.ok);
    return pictures.findLast(m => m.start <= clock) || pictures[0] || null;
  }

  function tick(now) {
    if (!playing) return;
    const passed = Math.min(0.5, (now - before) / 1000);
    before = now;
    const lead = media.find(running);
    if (lead) { clock = Math.max(clock, at(lead)); held = 0; }
    // Nothing plays here, or what should is still being read: wait for that a little.
    else if (!media.some(due) || (held += passed) > 3) clock += passed * rate;
    if (clock >= length) { clock = length; pause(); }
    follow();
    tell();
    if (playing) requestAnimationFrame(tick);
  }

  function tell() { for (const each of watching) each(clock, playing); }
  function play() {
    if (playing || !media.some(m => m.ok)) return;
    if (clock >= length - 0.05) seek(0);
    playing = true; before = performance.now(); held = 0;
    for (const other of all("audio[controls]")) other.pause();
    follow(); tell(); requestAnimationFrame(tick);
  }
  function pause() { playing = false; follow(); tell(); }
  function seek(t) {
    clock = Math.min(length, Math.max(0, t));
    for (const m of media) if (due(m)) place(m, clock);
    follow(); tell();
  }
  function speed(r) { rate = r; follow(); }
  function choose(file) {
    const element = one(".chosen", box);
    box.classList.remove("silent");
    one(".trouble", box).textContent = "";
    element.dataset.name = file.name;
    element.src = URL.createObjectURL(file); element.dataset.start = 0; element.dataset.end = length;
    for (const m of media.filter(m => m.element === element)) media.splice(media.indexOf(m), 1);
    media.push(medium(element)); follow();
  }
  return { box, length, media, play, pause, seek, speed, choose, tell: follow, now: () => clock, playing: () => playing, able: () => media.some(m => m.ok), toggle: () => (playing ? pause() : play()), watch: f => watching.push(f) };
})();

// What is being said: its line, its word, and both beside the picture.
const reading = (() => {
  const lines = all(".transcript li").map(li => ({ li, s: Number(li.dataset.s), e: Number(li.dataset.e) }));
  let times = null, words = null, line = null, lit = [];
  function index() {
    words = new Map();
    for (const span of all("span[data-t]")) {
      const known = words.get(span.dataset.t);
      if (known) known.push(span); else words.set(span.dataset.t, [span]);
    }
    times = [...words.keys()].map(Number).sort((a, b) => a - b);
    words = times.map(t => words.get(String(t)) || words.get(t.toFixed(1)) || words.get(t.toFixed(2)) || []);
  }
  function last(sorted, t) {
    let low = 0, high = sorted.length;
    while (low < high) { const middle = (low + high) >> 1; if (sorted[middle] <= t) low = middle + 1; else high = middle; }
    return low - 1;
  }
  const starts = lines.map(l => l.s);
  function show(t, playing) {
    if (!times) index();
    let here = last(starts, t + 0.05);
    while (here >= 0 && lines[here].e < t - 0.6 && here > 0 && lines[here - 1].e > t) here -= 1;
    const now = here >= 0 && t <= lines[here].e + 0.6 ? lines[here] : null;
    if (now !== line) { line?.li.classList.remove("now"); now?.li.classList.add("now"); line = now; }
    const i = last(times, t + 0.02), fresh = i >= 0 && t - times[i] < 1.5 ? words[i] : [];
    if (fresh !== lit) { for (const w of lit) w.classList.remove("word-now"); for (const w of fresh) w.classList.add("word-now"); lit = fresh; caption(); }
    else if (!lit.length) caption();
  }
  let shown = null;
  function caption() {
    const place = one(".now-said");
    const key = lit[0] || line;
    if (!place || key === shown) return;
    shown = key;
    place.textContent = "";
    if (!line) return;
    const within = all("span[data-t]", line.li), at = within.findIndex(w => lit.includes(w));
    if (at < 0) { place.textContent = one(".text", line.li).textContent; return; }
    within.slice(Math.max(0, at - 7), at + 9).forEach((w, i) => {
      if (i) place.append(" ");
      if (lit.includes(w)) { const b = document.createElement("b"); b.textContent = w.textContent; place.append(b); } else place.append(w.textContent);
    });
  }
  function step(t, by) {
    if (!times) index();
    return times[Math.min(times.length - 1, Math.max(0, by > 0 ? last(times, t + 0.02) + 1 : last(times, t - 0.3)))];
  }
  function go(t) {
    const target = lines[Math.max(0, last(starts, t + 0.5))];
    if (!target) return;
    for (let d = target.li.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
    target.li.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
    target.li.classList.remove("flash"); void target.li.offsetWidth; target.li.classList.add("flash");
  }
  return { show, step, go };
})();

const to = (t, start) => {
  if (player.box && player.able()) { player.seek(t); if (start) player.play(); } else reading.go(t);
};

document.addEventListener("click", event => {
  const target = event.target.closest("[data-t]");
  if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (target.matches(".lane.questions .mark")) open_at(target.hash);
  else event.preventDefault();
  to(Number(target.dataset.t), target.matches(".at"));
});

function open_at(hash) {
  const target = hash.length > 1 && document.getElementById(hash.slice(1));
  if (target) for (let d = target.closest("details"); d; d = d.parentElement.closest("details")) d.open = true;
}
addEventListener("hashchange", () => open_at(location.hash));
open_at(location.hash);

let folded = [];
addEventListener("beforeprint", () => { folded = all("details:not([open])"); for (const d of folded) d.open = true; });
addEventListener("afterprint", () => { for (const d of folded) d.open = false; });

if (player.box) {
  const box = player.box, seek = one(".seek", box), now = one(".clock .now", box), button = one(".play", box);
  box.hidden = false;
  box.classList.toggle("silent", !player.able());
  seek.max = player.length;
  player.watch((t, playing) => {
    seek.value = t;
    seek.setAttribute("aria-valuetext", `${told(t)} of ${told(player.length)}`);
    now.textContent = told(t);
    box.classList.toggle("playing", playing);
    button.setAttribute("aria-label", playing ? "Pause" : "Play");
    reading.show(t, playing);
  });
  button.addEventListener("click", player.toggle);
  seek.addEventListener("input", () => player.seek(Number(seek.value)));
  one(".speed select", box).addEventListener("change", event => player.speed(Number(event.target.value)));
  one(".picture", box)?.addEventListener("click", event => {
    const off = box.dataset.picture !== "off";
    box.dataset.picture = off ? "off" : "on";
    event.target.setAttribute("aria-pressed", String(!off));
    player.tell();
  });
  one(".choose input", box)?.addEventListener("change", event => {
    const file = event.target.files[0];
    if (file) { player.choose(file); one(".choose", box).hidden = true; }
  });
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const on = event.target, typing = on.matches("textarea, select, input:not([type=range]):not([type=checkbox])");
    const acts = on.matches("button, a, summary, select, input[type=checkbox], audio");
    const letters = one(".letters", box).checked && !typing;
    const by = event.shiftKey ? 1 : 5;
    if ((event.key === " " && !acts && !typing) || (event.key === "k" && letters)) player.toggle();
    else if (event.key === "ArrowLeft" && !typing && !on.matches("audio, .lanes")) player.seek(player.now() - by);
    else if (event.key === "ArrowRight" && !typing && !on.matches("audio, .lanes")) player.seek(player.now() + by);
    else if (event.key === "," && letters) player.seek(reading.step(player.now(), -1) ?? 0);
    else if (event.key === "." && letters) player.seek(reading.step(player.now(), 1) ?? 0);
    else return;
    event.preventDefault();
  });
  for (const other of all("audio[controls]")) other.addEventListener("play", () => {
    player.pause();
    for (const each of all("audio[controls]")) if (each !== other) each.pause();
  });
  player.seek(0);
}
