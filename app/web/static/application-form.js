/* The application form in passing: questions that depend on others, saving while one writes, amounts computed while one
   types, blocks pasted from a spreadsheet. Every page works without this file. */

const AFTER_TYPING = 1200;
const AFTER_A_FIGURE = 250;

for (const element of document.querySelectorAll("[data-with-script]")) element.hidden = false;

/* Questions that count only if another was answered in some way: the same comparison as on the server. */

const form = document.getElementById("section-form");

function answersOf(name) {
  const fields = [...form.elements].filter((field) => field.name === name);
  const texts = fields.filter((field) => !["radio", "checkbox"].includes(field.type) || field.checked);
  return texts.map((field) => field.value.trim()).filter(Boolean);
}

function holds({ field, is, value }) {
  const given = answersOf(field);
  const same = (wanted) => given.includes(wanted === true ? "yes" : String(wanted));
  if (is === "filled") return given.length > 0;
  if (is === "empty") return given.length === 0;
  if (is === "one_of") return (value ?? []).some(same);
  const equal = value === false ? given.length === 0 : same(value);
  return is === "equal" ? equal : !equal;
}

function asked(condition) {
  const before = form.querySelector(`[name="${CSS.escape(condition.field)}"]`);
  return !before || !before.closest(".g-field[hidden]");
}

function showWhatCounts() {
  for (const question of form.querySelectorAll("[data-when]")) {
    const condition = JSON.parse(question.dataset.when);
    const here = [...form.elements].some((field) => field.name === condition.field);
    if (!here) continue;
    question.hidden = !(asked(condition) && holds(condition));
    question.querySelector(".g-when").hidden = true;
  }
  for (const plan of form.querySelectorAll("[data-plan-of]")) {
    plan.hidden = !document.getElementById(plan.dataset.planOf).checked;
  }
}

/* Saving in passing. A press on a button waits until a save that is under way has been answered. */

function saveInPassing() {
  const autosave = document.getElementById("autosave");
  let waiting = 0;
  let underWay = false;
  let pressed = null;
  const save = () => {
    underWay = true;
    autosave.dispatchEvent(new CustomEvent("autosave"));
  };
  form.addEventListener("input", (event) => {
    if (!event.isTrusted) return;
    clearTimeout(waiting);
    waiting = setTimeout(save, AFTER_TYPING);
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(waiting);
    if (!underWay) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    pressed = event.submitter ?? form;
  }, true);
  document.addEventListener("htmx:finally:request", () => {
    underWay = false;
    if (!pressed) return;
    const button = pressed;
    pressed = null;
    form.requestSubmit(button === form ? undefined : button);
  });
}

if (form) {
  form.addEventListener("input", showWhatCounts);
  form.addEventListener("change", showWhatCounts);
  showWhatCounts();
  saveInPassing();
}

/* The budget: what follows from the amounts, and a block of cells at once. */

const budget = document.getElementById("budget-form");
const costs = document.getElementById("costs-table");

function previewWhileTyping() {
  const preview = document.getElementById("preview");
  let waiting = 0;
  budget.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => preview.dispatchEvent(new CustomEvent("preview")), AFTER_A_FIGURE);
  });
}

function fieldIn(cell) {
  return cell.querySelector("input:not([type=hidden]), select");
}

/* A choice takes the option that is called so, or whose first word (its code) is; a day is 2020-03-31 or 31/03/2020. */
function enter(field, text) {
  if (field.tagName === "SELECT") {
    const wanted = text.toLowerCase();
    const same = (option) => {
      const words = option.textContent.trim().toLowerCase();
      return option.value === text || words === wanted || words.split(" ")[0] === wanted;
    };
    const found = [...field.options].find(same);
    if (found) field.value = found.value;
    return;
  }
  const day = field.type === "date" && text.match(/^(\d{1,2})[./](\d{1,2})[./](\d{4})$/);
  field.value = day ? `${day[3]}-${day[2].padStart(2, "0")}-${day[1].padStart(2, "0")}` : text;
}

function pasteBlock(event) {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  const cell = event.target.closest("td");
  if (!cell || !/[\t\n]/.test(text.trim())) return;
  event.preventDefault();
  const rows = text.replace(/\r/g, "").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
  let row = cell.parentElement;
  for (const figures of rows) {
    if (!row) break;
    let column = cell.cellIndex;
    for (const figure of figures) {
      while (column < row.cells.length && !fieldIn(row.cells[column])) column += 1;
      if (row.cells[column]) enter(fieldIn(row.cells[column]), figure.trim());
      column += 1;
    }
    row = row.nextElementSibling;
  }
  cell.dispatchEvent(new Event("input", { bubbles: true }));
}

if (budget) {
  previewWhileTyping();
  budget.addEventListener("paste", pasteBlock);
}
if (costs) costs.addEventListener("paste", pasteBlock);
