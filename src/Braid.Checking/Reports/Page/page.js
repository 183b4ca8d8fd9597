// Steps through a report, filters its rows and draws its arrows. All it knows is in the rows: without it, the page is a table with links.
'use strict';
for (const report of document.querySelectorAll('.report:has(.lanes)')) {
  const lanes = report.querySelector('.lanes');
  const svg = lanes.appendChild(document.createElementNS('http://www.w3.org/2000/svg', 'svg'));
  const rows = [...report.querySelectorAll('.step')];
  const controls = report.querySelector('.controls');
  const state = report.querySelector('.state');
  const filter = report.querySelector('select');
  const all = report.querySelector('.all');
  let now = null;

  const shown = () => rows.filter(row => row.offsetParent !== null);

  const draw = () => {
    const origin = lanes.getBoundingClientRect();
    const end = (row, atBottom) => {
      const box = row.querySelector('.what').getBoundingClientRect();
      return [box.left - origin.left - 4, (atBottom ? box.bottom - 3 : box.top + 9) - origin.top];
    };
    const paths = [];
    for (const row of shown()) {
      for (const link of row.querySelectorAll('.links a')) {
        const to = document.getElementById(link.hash.slice(1));
        if (to === null || to.offsetParent === null) continue;
        const [x1, y1] = end(row, true);
        const [x2, y2] = end(to, false);
        const bend = Math.abs(x1 - x2) < 2 ? -28 : 0;
        const classes = link.className + (row === now || to === now ? ' now' : '');
        paths.push([classes, `M${x1} ${y1} C${x1 + bend} ${y1 + 14} ${x2 - 24 + bend} ${y2 - 10} ${x2 - 2} ${y2}`]);
        paths.push([`tip ${classes}`, `M${x2} ${y2} l-7 -3.5 v7 z`]);
      }
    }
    svg.replaceChildren(...paths.map(([classes, d]) => {
      const path = document.createElementNS(svg.namespaceURI, 'path');
      path.setAttribute('class', classes);
      path.setAttribute('d', d);
      return path;
    }));
  };

  // The last value of each object that is known once the step is done.
  const values = () => {
    const known = new Map();
    for (const row of rows) {
      if (row.dataset.value !== undefined) known.set(row.dataset.target, row.dataset.value);
      if (row === now) break;
    }
    return [...known];
  };

  const select = row => {
    now?.classList.remove('now');
    now = row;
    state.replaceChildren();
    if (now !== null) {
      now.classList.add('now');
      now.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      const list = shown();
      state.append(`${list.indexOf(now) + 1} of ${list.length}: `, Object.assign(document.createElement('b'), { textContent: now.dataset.says }));
      for (const [target, value] of values()) state.append(`; ${target} = ${value}`);
    }
    draw();
  };

  const move = by => {
    const list = shown();
    const at = now === null && by < 0 ? list.length : list.indexOf(now);
    if (list.length > 0) select(list[Math.max(0, Math.min(list.length - 1, at + by))]);
  };

  const refilter = () => {
    report.classList.toggle('filtered', filter.value !== '');
    for (const row of rows) row.classList.toggle('match', row.dataset.target === filter.value);
    select(now?.offsetParent ? now : null);
  };

  controls.hidden = false;
  controls.querySelector('.first').onclick = () => move(-rows.length);
  controls.querySelector('.back').onclick = () => move(-1);
  controls.querySelector('.forward').onclick = () => move(1);
  controls.querySelector('.last').onclick = () => move(rows.length);
  filter.onchange = refilter;
  if (all !== null) all.onchange = refilter;
  for (const row of rows) row.onclick = () => { current = report; select(row); };
  report.move = move;
  report.count = rows.length;
  addEventListener('resize', draw);
  draw();
}

// The arrow keys step through the report that was clicked last.
let current = document.querySelector('.report:has(.lanes)');
addEventListener('keydown', event => {
  if (current === null || event.altKey || event.ctrlKey || event.metaKey || event.target.matches('select')) return;
  const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, Home: -current.count, End: current.count }[event.key];
  if (by !== undefined) {
    event.preventDefault();
    current.move(by);
  }
});
