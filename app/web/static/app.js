/* Comfort only: every page works without this file. */
import { initAll } from "./built/govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

/* On a phone the places scroll sideways: show the one where the reader is. */
for (const places of document.querySelectorAll(".g-places, .g-tabs")) {
  const here = places.querySelector("[aria-current]");
  const frame = here?.closest("nav") ?? places;
  if (here && frame.scrollWidth > frame.clientWidth) {
    frame.scrollLeft = here.getBoundingClientRect().right - frame.getBoundingClientRect().right + 16;
  }
}

/* Time: ticks by the server's clock, not by the reader's. */

const serverAhead = Date.parse(document.body.dataset.serverTime ?? "") - Date.now() || 0;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function timeLeft(left, units) {
  const [day, hour, minute, second] = units.split(" ");
  const whole = (unit, of) => Math.floor((of ? left % of : left) / unit);
  if (left >= DAY) return `${whole(DAY)} ${day} ${whole(HOUR, DAY)} ${hour}`;
  if (left >= HOUR) return `${whole(HOUR)} ${hour} ${whole(MINUTE, HOUR)} ${minute}`;
  return `${whole(MINUTE)} ${minute} ${whole(SECOND, MINUTE)} ${second}`;
}

function tick() {
  for (const time of document.querySelectorAll("time[data-countdown]")) {
    const left = Date.parse(time.dateTime) - (Date.now() + serverAhead);
    if (left > 0) {
      time.textContent = time.dataset.in.replace("%s", timeLeft(left, time.dataset.units));
    } else {
      time.textContent = time.dataset.past;
      time.removeAttribute("data-countdown");
      time.closest(".g-deadline")?.classList.add("g-deadline--past");
    }
  }
}

/* The offset of the call's zone as written in the instant; a reader in the same one needs no second time. */
function offsetMinutes(written) {
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(written) ?? [];
  return sign ? Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes)) : NaN;
}

function showReaderTimes(root) {
  const language = document.documentElement.lang || "en";
  const format = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
    weekday: "short", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
  });
  for (const time of root.querySelectorAll("time[data-reader-time]")) {
    const instant = new Date(time.dateTime);
    if (!time.hidden || Number.isNaN(instant.getTime()) || offsetMinutes(time.dateTime) === -instant.getTimezoneOffset()) {
      continue;
    }
    time.textContent = time.dataset.words.replace("%s", format.format(instant));
    time.hidden = false;
  }
}

/* Theme: kept in a cookie, so that the server answers in it. */

function storedTheme() {
  return /(?:^|; )theme=(light|dark)/.exec(document.cookie)?.[1] ?? "";
}

function applyTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  for (const button of document.querySelectorAll("[data-theme-choice] button")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
}

for (const choice of document.querySelectorAll("[data-theme-choice]")) {
  choice.hidden = false;
  choice.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const age = button.value ? 31536000 : 0;
    document.cookie = `theme=${button.value}; path=/; max-age=${age}; samesite=lax`;
    applyTheme(button.value);
  });
}
applyTheme(storedTheme());

document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.g-account[open], details.g-filter[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const open of document.querySelectorAll("details.g-account[open], details.g-filter[open]")) {
    if (open.contains(document.activeElement)) open.querySelector("summary").focus();
    open.open = false;
  }
});

/* Word counts. */

function countWords(line) {
  const field = document.getElementById(line.dataset.countFor);
  if (!field) return;
  const used = field.value.trim().split(/\s+/).filter(Boolean).length;
  const words = line.dataset.words.replace("%(used)s", used).replace("%(most)s", line.dataset.most);
  if (line.textContent !== words) line.textContent = words;
  line.classList.toggle("g-word-count--over", used > Number(line.dataset.most));
}

document.addEventListener("input", (event) => {
  const line = document.querySelector(`[data-count-for="${CSS.escape(event.target.id)}"]`);
  if (line) countWords(line);
});

/* Unsaved changes: asked by the browser itself. */

const changed = new Set();

document.addEventListener("input", (event) => {
  const form = event.target.closest("form");
  if (form && "guard" in form.dataset) changed.add(form);
});

document.addEventListener("submit", (event) => {
  changed.delete(event.target);
});

window.addEventListener("beforeunload", (event) => {
  for (const form of changed) {
    if (form.isConnected) event.preventDefault();
  }
});

/* Local copy of typed text until the server has it. Passwords, files and hidden values are never kept. */

const PREFIX = "draft:";
const SENT = "draft-sent";
const KEPT_FOR = 14 * DAY;

function store(kind) {
  try {
    return window[kind];
  } catch {
    return null;
  }
}

const drafts = store("localStorage");
const sent = store("sessionStorage");

function typed(form) {
  const values = {};
  for (const field of form.elements) {
    if (!field.name || field.name.startsWith("_") || ["password", "file", "hidden", "submit", "button"].includes(field.type)) {
      continue;
    }
    if (["radio", "checkbox"].includes(field.type)) values[`${field.name}=${field.value}`] = field.checked;
    else values[field.name] = field.value;
  }
  return values;
}

function putBack(form, values) {
  for (const field of form.elements) {
    const choice = `${field.name}=${field.value}`;
    if (["radio", "checkbox"].includes(field.type) && choice in values) field.checked = values[choice];
    else if (field.name in values && !["password", "file", "hidden"].includes(field.type)) field.value = values[field.name];
    else continue;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function forget(key) {
  drafts?.removeItem(PREFIX + key);
}

function keep(form) {
  try {
    drafts?.setItem(PREFIX + form.dataset.draftKey, JSON.stringify({ at: Date.now(), values: typed(form) }));
  } catch {
    /* A full or closed store costs the copy, never the form. */
  }
}

function readDraft(key) {
  try {
    const draft = JSON.parse(drafts?.getItem(PREFIX + key) ?? "null");
    return draft && Date.now() - draft.at < KEPT_FOR ? draft.values : null;
  } catch {
    return null;
  }
}

function button(words, secondary, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `govuk-button g-button--small${secondary ? " govuk-button--secondary" : ""}`;
  made.textContent = words;
  made.addEventListener("click", act);
  return made;
}

function offer(form, values) {
  const key = form.dataset.draftKey;
  const notice = document.createElement("div");
  notice.className = "g-flash g-flash--warning g-draft";
  notice.setAttribute("role", "status");
  const words = document.createElement("p");
  words.textContent = form.dataset.draftWords;
  const group = document.createElement("div");
  group.className = "govuk-button-group";
  const close = () => notice.remove();
  group.append(
    button(form.dataset.draftRestore, false, () => { putBack(form, values); close(); }),
    button(form.dataset.draftDiscard, true, () => { forget(key); close(); }),
  );
  notice.append(words, group);
  form.prepend(notice);
}

function differs(form, values) {
  const now = typed(form);
  return Object.keys(values).some((name) => name in now && now[name] !== values[name]);
}

function watchDrafts() {
  const acknowledged = document.querySelector('[data-flash="success"]');
  const lastSent = sent?.getItem(SENT);
  if (lastSent && acknowledged) forget(lastSent);
  sent?.removeItem(SENT);
  for (const form of document.querySelectorAll("form[data-draft-key]")) {
    const values = readDraft(form.dataset.draftKey);
    if (values && differs(form, values)) offer(form, values);
    else forget(form.dataset.draftKey);
  }
}

let waiting = 0;

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-draft-key]");
  if (!form || !event.isTrusted) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => keep(form), 300);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.draftKey) {
    clearTimeout(waiting);
    keep(form);
    sent?.setItem(SENT, form.dataset.draftKey);
  }
  if ("signOut" in form.dataset && drafts) {
    for (const key of Object.keys(drafts)) if (key.startsWith(PREFIX)) drafts.removeItem(key);
  }
});

/* A part of the page that the server saved by itself answers with data-saved="<draft key>"; new parts get their times. */

document.addEventListener("htmx:after:swap", () => {
  for (const saved of document.querySelectorAll("[data-saved]")) {
    forget(saved.dataset.saved);
    for (const form of changed) if (form.dataset.draftKey === saved.dataset.saved) changed.delete(form);
    saved.removeAttribute("data-saved");
  }
  showReaderTimes(document);
  document.querySelectorAll("[data-count-for]").forEach(countWords);
  tick();
});

showReaderTimes(document);
watchDrafts();
document.querySelectorAll("[data-count-for]").forEach(countWords);
tick();
setInterval(tick, SECOND);
