// Tells some minutes before the session ends, and prolongs it with one press (WCAG 2.2.1). Another
// tab may have been used meanwhile, so the server is asked before anything is said; asking does not
// count as activity. What was typed stays in this tab (ui.js) and comes back after signing in.
'use strict';

document.addEventListener('DOMContentLoaded', () => {
  const box = document.querySelector('dialog[data-session]');
  if (box?.showModal) watchSession(box);
});

function watchSession(box) {
  const title = box.querySelector('h2'), text = box.querySelector('[role=status]'), form = box.querySelector('form');
  const warn = Number(box.dataset.warn);
  let timer = 0, left = {}, readAt = 0, touched = null, over = false;

  const note = answer => { left = answer; readAt = Date.now(); };
  const seconds = limit => limit - (Date.now() - readAt) / 1000;
  const ends = () => Math.min(seconds(left.idle), seconds(left.all));
  const later = (work, delay) => { clearTimeout(timer); timer = setTimeout(work, Math.max(delay, 1) * 1000); };

  // A computer that slept, or a tab in the background, comes here late: the clock decides.
  function plan() {
    if (over) return;
    if (ends() <= warn) ask();
    else { box.close(); later(plan, ends() - warn); }
  }

  async function ask() {
    if (over || !await answered(fetch(box.dataset.session, { redirect: 'manual' }))) return;
    if (ends() > warn) plan();
    else warnNow();
  }

  // Notes what is left and tells whether it is known; a redirect leads to the sign-in page.
  async function answered(request, failed = '') {
    try {
      const answer = await request;
      if (answer.type === 'opaqueredirect') { end(); return false; }
      if (answer.ok) { note(await answer.json()); return true; }
    } catch { /* no connection */ }
    if (failed) text.textContent = failed;
    later(ask, 30);
    return false;
  }

  function warnNow() {
    const state = seconds(left.all) <= warn ? 'last' : 'soon', minutes = Math.ceil(ends() / 60);
    const words = minutes > 1 ? box.dataset[state].replace('{n}', minutes) : box.dataset[`${state}est`];
    if (text.textContent !== words) text.textContent = words;
    open(state);
    later(ask, ends() > 60 ? ends() % 60 || 60 : ends() + 1);
  }

  function end() {
    over = true;
    if (touched) keep(touched);
    title.textContent = box.dataset.overTitle;
    text.textContent = box.dataset.over;
    open('over');
  }

  function open(state) {
    if (box.open && box.dataset.state === state) return;
    // Closed by hand: the last minutes are not told again.
    if (!box.open && box.dataset.state === state && state === 'last') return;
    box.dataset.state = state;
    for (const choice of box.querySelectorAll('[data-when]')) choice.hidden = choice.dataset.when !== state;
    if (!box.open) box.showModal();
    box.querySelector(`[data-when=${state}]`).focus();
  }

  async function prolong() {
    if (await answered(fetch(form.action, { method: 'POST', body: new FormData(form), redirect: 'manual' }), box.dataset.failed)) plan();
  }

  form.addEventListener('submit', event => { event.preventDefault(); prolong(); });
  form.querySelector('[data-when=last]').addEventListener('click', () => box.close());
  box.addEventListener('cancel', event => {
    if (box.dataset.state !== 'last') event.preventDefault();
    if (box.dataset.state === 'soon') prolong();
  });
  document.addEventListener('input', event => { touched = event.target.closest('form[data-autosave],form[data-keep]') || touched; });
  document.addEventListener('visibilitychange', () => { if (!document.hidden) plan(); });
  window.addEventListener('pageshow', event => { if (event.persisted) plan(); });

  note({ idle: Number(box.dataset.idle), all: Number(box.dataset.all) });
  plan();
}
