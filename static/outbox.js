// The outbox of visits: what an advisor types survives a network gap, a closed tab, a lost answer.
// Kept in IndexedDB under the person's id, photos too, until the server has said that it has it.
// The page's UUID goes with every attempt; the server takes it once (docs/adr/0031-advisors.md).
// Words come from data attributes, translated by the server.
'use strict';

(() => {
  const DATABASE = 'machikoba-visits', STORE = 'records', RETRY = 20000;
  const DRAFT = 'draft', WAITING = 'waiting', REFUSED = 'refused';
  const GONE = [404, 410], LATER = [408, 425, 429]; // HTTP statuses
  const WRITTEN = /^(day|starts|ends|note|decisions|what\d|due\d)$/;
  const person = document.documentElement.dataset.user;
  const list = document.querySelector('[data-outbox]'), form = document.querySelector('form[data-visit]');
  if (!person || !list || !window.indexedDB) return;
  const words = list.dataset, sender = list.querySelector('form button'); // the rows have buttons too

  // One transaction a call; the promise is kept when the disk has it.
  let opened;
  const open = () => opened ||= new Promise((done, failed) => {
    const wish = indexedDB.open(DATABASE, 1);
    wish.onupgradeneeded = () => wish.result.createObjectStore(STORE, { keyPath: 'key' });
    wish.onsuccess = () => done(wish.result);
    wish.onerror = () => failed(wish.error);
  });
  const store = async (mode, work) => {
    const database = await open();
    return new Promise((done, failed) => {
      const transaction = database.transaction(STORE, mode), wish = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => done(wish.result);
      transaction.onerror = transaction.onabort = () => failed(transaction.error);
    });
  };
  const put = record => store('readwrite', s => s.put(record));
  const drop = key => store('readwrite', s => s.delete(key));
  const mine = async () => (await store('readonly', s => s.getAll())).filter(r => r.user === person).sort((a, b) => a.at - b.at);

  const clock = at => { const t = new Date(at); return `${t.getHours()}:${String(t.getMinutes()).padStart(2, '0')}`; };
  const say = (text, tone = '') => {
    const out = document.querySelector('[data-visit-status]');
    if (out) { out.dataset.tone = tone; out.textContent = text; }
  };

  // The visible outbox.
  let drawn = '';
  async function draw() {
    const here = form?.elements.key.value;
    const records = (await mine()).filter(r => r.state !== DRAFT || r.key !== here);
    const look = JSON.stringify(records.map(r => [r.key, r.state, r.at, r.message]));
    if (look === drawn) return; // what is read or focused here stays so
    drawn = look;
    const rows = list.querySelector('ul'), note = list.querySelector('[data-outbox-count]');
    rows.replaceChildren(...records.map(record => {
      const row = document.createElement('li'), link = document.createElement(record.gone ? 'b' : 'a');
      if (!record.gone) link.href = record.page;
      link.textContent = record.label;
      const state = { [DRAFT]: words.draft, [WAITING]: words.waiting, [REFUSED]: record.gone ? words.unsent : words.refused }[record.state];
      const tag = document.createElement('span');
      tag.className = 'ui-tag';
      tag.textContent = state;
      row.append(link, ' ', tag, ` ${clock(record.at)}`);
      if (record.message) row.append(part(record.message));
      row.dataset.state = record.state;
      if (record.gone) row.append(written(record));
      if (record.state !== WAITING) row.append(' ', discarder(record));
      return row;
    }));
    const unsent = records.filter(r => r.state === WAITING).length;
    const refused = records.some(r => r.state === REFUSED);
    note.textContent = unsent ? words.some.replace('{n}', unsent) : refused ? words.mend : words.none;
    list.hidden = !records.length;
    sender.hidden = !unsent;
  }

  // Its page is gone too: what was written is read here, to be copied.
  function written(record) {
    const more = document.createElement('details'), title = document.createElement('summary');
    title.textContent = words.written;
    more.append(title, ...record.values.filter(([name, value]) => WRITTEN.test(name) && value).map(([, value]) => part(value)));
    return more;
  }

  function part(text) {
    const made = document.createElement('p');
    made.className = 'ui-text';
    made.textContent = text;
    return made;
  }

  // Only what nobody has been promised: a draft, or what the server will not take.
  function discarder(record) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'ui-linkbutton';
    button.textContent = words.discard;
    button.setAttribute('aria-label', `${words.discard} ${record.label}`);
    button.addEventListener('click', async () => {
      if (!confirm(words.sure)) return;
      await drop(record.key);
      await draw();
    });
    return button;
  }

  // Sending: true when the server has it, or has said what is wrong with it.
  let sending = false;
  async function flush() {
    if (sending) return;
    sending = true;
    try {
      for (const record of await mine()) if (record.state === WAITING && !await send(record)) break;
    } finally {
      sending = false;
      await draw();
    }
  }

  async function send(record) {
    const body = new FormData();
    for (const [name, value] of record.values) body.append(name, value);
    for (const photo of record.photos) body.append('photos', photo, photo.name);
    body.set('csrfmiddlewaretoken', document.querySelector('[name=csrfmiddlewaretoken]').value);
    let answer;
    try {
      answer = await fetch(record.url, { method: 'POST', body, redirect: 'manual', headers: { 'X-Requested-With': 'fetch' } });
    } catch {
      say(words.offline, 'error');
      return false; // no network, or the answer was lost: the same key goes again
    }
    const isJson = (answer.headers.get('Content-Type') || '').includes('json');
    if (answer.ok && isJson) {
      const { url } = await answer.json();
      await drop(record.key);
      if (form && form.elements.key.value === record.key) location.assign(url);
      return true;
    }
    const signedOut = answer.type === 'opaqueredirect' || answer.status === 401 || answer.status === 403;
    if (signedOut || answer.ok || LATER.includes(answer.status) || answer.status >= 500) {
      say(signedOut ? words.expired : words.failed, 'error');
      return false; // nothing is wrong with the record: it waits, and those behind it
    }
    const message = answer.status === 422 && isJson ? (await answer.json()).errors.join(' ') : refusal(answer.status);
    await put({ ...record, state: REFUSED, message, gone: GONE.includes(answer.status), large: answer.status === 413 });
    if (form && form.elements.key.value === record.key) { enable(true); say(message, 'error'); }
    return true;
  }

  // Why the server will never take this one as it is, and what to do; the others go on.
  function refusal(status) {
    if (GONE.includes(status)) return words.gone;
    return status === 413 ? words.large : words.refusal;
  }

  // The form: drafts while typing, put back when the page is opened again, sent by the outbox.
  const values = () => [...new FormData(form)].filter(([name, value]) => name !== 'csrfmiddlewaretoken' && typeof value === 'string');
  const kept = (state, message = '') => ({
    key: form.elements.key.value, user: person, state, message, at: Date.now(),
    url: location.pathname, page: location.pathname + location.search, label: form.dataset.visit,
    values: values(), photos: chosen(),
  });
  let photos = [];
  const chosen = () => form.elements.photos.files.length ? [...form.elements.photos.files] : photos;
  const enable = on => { for (const field of form.elements) if (field.type !== 'hidden') field.disabled = !on; };

  function restore(record) {
    const typed = new Map();
    for (const [name, value] of record.values) typed.set(name, [...(typed.get(name) || []), value]);
    for (const field of form.elements) {
      if (!field.name || ['file', 'submit', 'button'].includes(field.type) || field.name === 'csrfmiddlewaretoken') continue;
      const given = typed.get(field.name) || [];
      if (field.type === 'checkbox' || field.type === 'radio') field.checked = given.includes(field.value);
      else if (given.length) field.value = given.shift();
    }
    photos = record.large ? [] : record.photos; // too large once: chosen again
    form.querySelectorAll('details').forEach(more => { more.open ||= [...more.querySelectorAll('input')].some(field => field.value); });
  }

  async function prepare() {
    const page = location.pathname + location.search;
    const record = (await mine()).find(r => r.page === page);
    if (record) {
      restore(record);
      if (record.state === WAITING) { enable(false); say(words.inOutbox); }
      else say([record.message || words.restored, photos.length ? words.photos.replace('{n}', photos.length) : ''].join(' '), record.message ? 'error' : '');
    }
    let timer = 0;
    const save = async () => {
      try {
        await put(kept(DRAFT));
        say(words.saved.replace('{time}', clock(Date.now())));
      } catch { say(words.full, 'error'); }
    };
    const later = () => { clearTimeout(timer); timer = setTimeout(save, 400); };
    form.addEventListener('input', later);
    form.addEventListener('change', later);
    form.addEventListener('submit', async event => {
      event.preventDefault();
      clearTimeout(timer);
      const record = kept(WAITING);
      try { await put(record); } catch { say(words.full, 'error'); form.submit(); return; } // no room: as without script
      enable(false);
      say(words.sending);
      await draw();
      await flush();
    });
  }

  sender.addEventListener('click', flush);
  window.addEventListener('online', flush);
  setInterval(flush, RETRY);
  (async () => {
    if (form) await prepare();
    await draw();
    await flush();
  })();
})();
