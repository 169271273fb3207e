// Progressive helpers only: every action also works as a plain form or link.
// Words shown to people come from data attributes, so that they are translated by the server.
'use strict';

const each = (selector, work, root = document) => root.querySelectorAll(selector).forEach(work);

document.addEventListener('DOMContentLoaded', () => {
  if (matchMedia('(max-width:48rem)').matches) each('details[data-narrow-closed]', d => { d.open = false; });
  document.querySelector('[data-focus]')?.focus();
  document.querySelector('details:target')?.setAttribute('open', '');
  each('[data-chars]', countCharacters);
  each('table[data-queue]', queue);
  each('#head-search', headSearch);
  each('[data-total]', runningTotal);
  each('[data-too-large]', fileSize);
  keepTyped();
  each('form[data-autosave]', autosave);
});

// A text area's remaining characters. The limit itself is checked by the server.
function countCharacters(note) {
  const area = document.getElementById(note.dataset.chars), limit = Number(area?.dataset.limit);
  if (!limit) return;
  const show = () => {
    const left = limit - [...area.value.replace(/\r\n/g, '\n').trim()].length;
    note.toggleAttribute('data-exceeded', left < 0);
    note.textContent = (left < 0 ? note.dataset.excess : note.dataset.left).replace('{n}', Math.abs(left));
  };
  area.addEventListener('input', show);
  show();
}

// A file above the server's limit: said at once, instead of after it was sent for nothing.
function fileSize(note) {
  const input = document.getElementById(note.dataset.tooLarge), most = Number(input?.dataset.maxBytes);
  if (!most) return;
  const show = () => { note.hidden = ![...input.files].some(file => file.size > most); };
  input.addEventListener('change', show);
  input.form.addEventListener('submit', event => {
    show();
    if (note.hidden) return;
    event.preventDefault();
    input.focus();
  });
}

// A sum that follows what is chosen: every score times its weight. The server works it out anew.
function runningTotal(out) {
  const form = out.closest('form');
  const show = () => {
    let sum = 0;
    each('[data-weight]', field => {
      if (field.type !== 'radio' || field.checked) sum += Number(field.value) * Number(field.dataset.weight) || 0;
    }, form);
    out.textContent = String(Math.round(sum * 100) / 100);
  };
  form.addEventListener('input', show);
  form.addEventListener('change', show);
}

// Lists with checkboxes: select all, a count, and J/K/X// unless switched off (WCAG 2.1.4).
function queue(table) {
  const all = table.querySelector('[data-check-all]'), main = all?.querySelector('input');
  const boxes = [...table.querySelectorAll('tbody .ui-table__select input')];
  const out = document.querySelector('[data-count]'), rows = [...table.tBodies[0].rows];
  const count = () => {
    const n = boxes.filter(box => box.checked).length;
    if (out) out.textContent = n ? out.dataset.some.replace('{n}', n) : out.dataset.none;
    if (main) { main.checked = n === boxes.length; main.indeterminate = n > 0 && n < boxes.length; }
  };
  if (all && boxes.length) {
    all.hidden = false;
    main.addEventListener('change', () => { for (const box of boxes) box.checked = main.checked; count(); });
  }
  table.addEventListener('change', count);
  count();
  if (document.documentElement.dataset.shortcuts === 'off') return;
  let at = -1;
  const move = step => {
    rows[at]?.removeAttribute('data-cursor');
    at = Math.max(0, Math.min(rows.length - 1, at + step));
    rows[at].setAttribute('data-cursor', '');
    rows[at].querySelector('a')?.focus();
  };
  const actions = {
    j: () => move(1),
    k: () => move(-1),
    x: () => { const box = rows[at]?.querySelector('.ui-table__select input'); if (box) { box.checked = !box.checked; count(); } },
    '/': () => { const search = document.querySelector('.ui-filter input[type=search], .ui-filter input[type=text]'); if (search) { search.closest('details').open = true; search.focus(); } },
  };
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest('input:not([type=checkbox]),textarea,select,[contenteditable]')) return;
    const action = actions[event.key.toLowerCase()];
    if (action) { action(); event.preventDefault(); }
  });
}

// "/" leads to the search in the head of the page. A list with a filter of its own takes the key itself.
function headSearch(field) {
  if (document.documentElement.dataset.shortcuts === 'off' || document.querySelector('table[data-queue]')) return;
  document.addEventListener('keydown', event => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest('input:not([type=checkbox]),textarea,select,[contenteditable]')) return;
    field.focus();
    event.preventDefault();
  });
}

// What somebody typed survives an expired session: kept in this tab only, for this person only,
// put back after signing in, and thrown away once a submission has gone through.
const KEPT = 'kept-form';
const person = () => document.documentElement.dataset.user;
const formKey = form => `${location.pathname}#${form.id}`;
const values = form => [...new FormData(form)].filter(([name, value]) => name !== 'csrfmiddlewaretoken' && typeof value === 'string');

function keep(form) {
  try { sessionStorage.setItem(KEPT, JSON.stringify({ user: person(), key: formKey(form), values: values(form) })); } catch { /* storage full or forbidden: the server's draft remains */ }
}

function keepTyped() {
  each('form[data-sign-out]', form => form.addEventListener('submit', () => sessionStorage.clear()));
  each('form[data-autosave],form[data-keep]', form => form.addEventListener('submit', () => keep(form)));
  if (!person()) return; // signed out: wait for the same person to come back
  const kept = JSON.parse(sessionStorage.getItem(KEPT) || 'null');
  sessionStorage.removeItem(KEPT);
  if (!kept || kept.user !== person()) return;
  const form = [...document.querySelectorAll('form[data-autosave],form[data-keep]')].find(f => formKey(f) === kept.key);
  if (!form || document.querySelector('[data-focus]')) return;
  // Rows that can be added and removed: once they are saved, a row's name may mean another line.
  if (form.elements.lines && new Map(kept.values).get('revision') !== form.elements.revision.value) return;
  restore(form, kept.values);
}

function restore(form, pairs) {
  const typed = new Map();
  for (const [name, value] of pairs) typed.set(name, [...(typed.get(name) || []), value]);
  for (const field of form.elements) {
    if (!field.name || field.type === 'file' || field.type === 'hidden' || field.type === 'submit') continue;
    const given = typed.get(field.name) || [];
    if (field.type === 'checkbox' || field.type === 'radio') field.checked = given.includes(field.value);
    else if (field.multiple) for (const option of field.options) option.selected = given.includes(option.value);
    else if (given.length) field.value = given.shift();
  }
  say(form, form.dataset.restored || '', '');
  form.dispatchEvent(new Event('change', { bubbles: true }));
}

// Drafts: two seconds after the last change the form is sent to data-autosave-url.
function autosave(form) {
  let timer = 0, running = false, again = false, pressed = null;
  const save = async () => {
    if (running) { again = true; return; }
    running = true;
    try {
      const body = new FormData(form);
      for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
      const answer = await fetch(form.dataset.autosaveUrl, { method: 'POST', body, redirect: 'manual', headers: { 'X-Requested-With': 'fetch' } });
      const said = (answer.headers.get('Content-Type') || '').includes('json') ? await answer.json() : {};
      if (answer.ok) {
        // The next save builds on this one; without it, it would count as another tab's.
        for (const [name, value] of Object.entries(said)) if (form.elements[name]?.type === 'hidden') form.elements[name].value = value;
        const now = new Date(), clock = `${now.getHours()}:${String(now.getMinutes()).padStart(2, '0')}`;
        say(form, (form.dataset.saved || '').replace('{time}', clock), '');
      } else {
        keep(form); // an opaque redirect to the sign-in page, or a refusal
        const expired = answer.type === 'opaqueredirect' || answer.status === 403;
        say(form, said.message || (expired ? form.dataset.expired : form.dataset.failed), 'error');
      }
    } catch {
      keep(form);
      say(form, form.dataset.failed, 'error');
    }
    running = false;
    if (pressed) {
      const { button } = pressed;
      pressed = null; // somebody who comes back to this very page has pressed nothing
      form.requestSubmit(button);
    } else if (again) { again = false; save(); }
  };
  const later = () => { clearTimeout(timer); timer = setTimeout(save, 2000); };
  form.addEventListener('input', later);
  form.addEventListener('change', later);
  // A button pressed while a save is under way waits for it, or it would count as another tab's.
  form.addEventListener('submit', event => {
    clearTimeout(timer);
    if (!running || event.defaultPrevented) return;
    event.preventDefault();
    pressed = { button: event.submitter };
  });
}

function say(form, text, tone) {
  const out = form.querySelector('[data-autosave-status]');
  if (!out || !text) return;
  out.dataset.tone = tone;
  out.textContent = text;
}
