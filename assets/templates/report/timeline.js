"use strict";
(() => {
  const lanes = one(".lanes");
  if (!lanes) return;
  const inner = one(".inner", lanes), head = one(".playhead", lanes), zoom = one(".zoom"), place = one(".told-here");
  const length = page.duration_s;
  let factor = 1;

  function set(to, at = (lanes.scrollLeft + lanes.clientWidth / 2) / inner.clientWidth) {
    factor = Math.min(Math.max(1, length / 8), Math.max(1, to));
    inner.style.setProperty("--zoom", factor);
    lanes.scrollLeft = at * inner.clientWidth - lanes.clientWidth / 2;
    spread();
  }

  // Labels that would lie on the one before give way to it.
  function spread() {
    for (const lane of all(".lane.questions, .lane.words", lanes)) {
      let free = -1;
      const marks = all(".mark", lane);
      for (const mark of marks) mark.classList.remove("crowded");
      const boxes = marks.map(mark => [mark.offsetLeft, mark.offsetWidth]);
      marks.forEach((mark, i) => {
        const [left, width] = boxes[i];
        if (left < free) mark.classList.add("crowded"); else free = left + width + 4;
      });
    }
  }

  zoom.hidden = false;
  zoom.addEventListener("click", event => {
    const how = event.target.dataset.zoom;
    if (how) set(how === "in" ? factor * 2 : how === "out" ? factor / 2 : 1);
  });
  lanes.addEventListener("click", event => {
    if (event.target.closest("[data-t]")) return;
    const track = event.target.closest(".track");
    if (!track) return;
    const box = track.getBoundingClientRect();
    to((event.clientX - box.left) / box.width * length, false);
  });
  function say(mark) { if (mark?.dataset.told) place.textContent = mark.dataset.told; }
  lanes.addEventListener("click", event => say(event.target.closest(".mark")));
  lanes.addEventListener("focusin", event => say(event.target.closest(".mark")));
  lanes.addEventListener("mouseover", event => say(event.target.closest(".mark")));

  // One stop of the Tab key for each row of marks, however many there are; the arrows go along it.
  for (const row of all("[role=toolbar]", lanes)) {
    const marks = all(".mark", row);
    marks.forEach((mark, i) => { mark.tabIndex = i ? -1 : 0; });
    row.addEventListener("keydown", event => {
      const at = marks.indexOf(event.target), last = marks.length - 1;
      const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: last }[event.key];
      if (at < 0 || next === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      const mark = marks[Math.min(last, Math.max(0, next))];
      marks[at].tabIndex = -1;
      mark.tabIndex = 0;
      mark.focus();
    });
  }

  const reactions = all(".lane.reactions .mark", lanes), times = reactions.map(mark => Number(mark.dataset.t));
  let here = null;
  if (player.box) {
    head.hidden = false;
    player.watch((t, playing) => {
      const x = t / length * inner.clientWidth;
      head.style.left = `${100 * Math.min(1, t / length)}%`;
      if (playing && (x < lanes.scrollLeft || x > lanes.scrollLeft + lanes.clientWidth * 0.9)) lanes.scrollLeft = x - lanes.clientWidth * 0.2;
      const now = reactions[times.findLastIndex(each => each <= t && t - each < 4)] || null;
      if (now !== here) { here?.classList.remove("here"); now?.classList.add("here"); here = now; if (playing) say(now); }
    });
  }
  addEventListener("resize", spread);
  set(innerWidth < 700 ? Math.min(6, Math.max(1, length / 90)) : 1, 0);
})();
