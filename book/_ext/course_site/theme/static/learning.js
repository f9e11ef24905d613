/* Questions to answer, guesses to keep, chapters to tick off; everything stays in this browser. No dependencies.
   Without this script a page shows the same questions with their feedback in <details>. */
(() => {
  const root = document.documentElement;
  const page = root.dataset.page;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const button = (text, type = "button") => make("button", { type, class: "small-button" }, text);
  const unseen = (text) => make("span", { class: "visually-hidden" }, text);
  const SHAPES = { right: "M5 12.5l4.5 4.5L19 7.5", wrong: "M6.5 6.5l11 11M17.5 6.5l-11 11" };
  const icon = (shape, text = "") => {
    const drawn = make("span", { class: `mark-${shape}` });
    drawn.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${SHAPES[shape]}"/></svg>`;
    if (text) drawn.append(unseen(text));
    return drawn;
  };

  // What is remembered: chapters (page → time read, or false when unmarked by hand), questions, guesses.
  const KEY = "course-progress";
  const PARTS = ["chapters", "questions", "guesses"];
  const isRecord = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
  let memory = null; // where the browser refuses to store: until the page is left
  const load = () => {
    let stored = memory;
    try {
      stored ??= JSON.parse(localStorage.getItem(KEY));
    } catch {} // forbidden or damaged: begin anew
    const state = { version: 1 };
    for (const part of PARTS) state[part] = isRecord(stored?.[part]) ? stored[part] : {};
    return state;
  };
  const change = (edit) => {
    const state = load();
    edit(state);
    try {
      if (PARTS.every((part) => !Object.keys(state[part]).length)) localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, JSON.stringify(state));
      memory = null;
    } catch {
      memory = state;
    }
    show();
  };

  // A question keeps its number when others are inserted before it; its text tells whether it is still the same one.
  const fingerprint = (...texts) => {
    let sum = 5381;
    for (const letter of texts.join("\n")) sum = ((sum * 33) ^ letter.codePointAt(0)) >>> 0;
    return sum.toString(36);
  };
  const recall = (part, id, text) => {
    const entry = load()[part][id];
    return isRecord(entry) && entry.text === text ? entry : null;
  };

  /** «0.5», «0,5», «−2», «1e-3» → number; null for anything else. */
  const parseNumber = (text) => {
    const plain = text.trim().replace(",", ".").replace(/^[−–]/, "-");
    return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain) ? Number(plain) : null;
  };

  const enlivenQuestion = (box) => {
    const id = box.dataset.quiz;
    const numeric = box.dataset.quizType === "numeric";
    const multiple = box.dataset.quizType === "multiple";
    const title = box.querySelector(".box-title");
    const list = box.querySelector(".quiz-options");
    const options = all(":scope > details, :scope > li > details", list).map((details, index) => ({
      details,
      row: details.parentNode,
      correct: details.dataset.correct === "true",
      value: details.dataset.value,
      tolerance: Number(details.dataset.tolerance ?? 0),
      feedback: details.querySelector(".quiz-feedback"),
      label: numeric ? details.querySelector("summary").textContent : String.fromCharCode(65 + index),
      text: details.dataset.value ?? details.parentNode.querySelector(":scope > .quiz-answer")?.textContent ?? "",
    }));
    const text = fingerprint(title.textContent, ...options.map((option) => option.text));

    let inputs;
    if (numeric) {
      // Not type=number, which refuses the comma in some languages, nor a keypad, which may lack the minus sign.
      inputs = [make("input", { type: "text", id: `${box.id}-answer`, name: "answer", autocapitalize: "off", spellcheck: "false" })];
      const label = make("label", { for: inputs[0].id }, "Đáp số của bạn");
      list.replaceWith(make("p", { class: "quiz-number" }, label, inputs[0]));
    } else {
      inputs = options.map(({ details, row }, index) => {
        const answer = row.querySelector(":scope > .quiz-answer");
        const input = make("input", { type: multiple ? "checkbox" : "radio", name: "answer", value: index });
        answer.replaceWith(make("label", { class: "quiz-choice" }, input, make("span", { class: "quiz-text" }, ...answer.childNodes)));
        details.remove();
        return input;
      });
    }
    const legend = make("legend", { class: "box-title", id: title.id }, ...title.childNodes);
    title.remove();
    const check = button("Kiểm tra", "submit");
    const again = button("Làm lại");
    const result = make("div", { class: "quiz-result", role: "status" });
    const others = make("div", { class: "quiz-others" });
    const form = make("form", { class: "quiz-form", autocomplete: "off" });
    form.noValidate = true;
    form.append(
      make("fieldset", {}, legend, ...box.childNodes),
      make("p", { class: "quiz-actions" }, check, again),
      result,
      others,
    );
    for (const name of ["role", "aria-labelledby"]) box.removeAttribute(name); // the fieldset says it now
    box.append(form);

    const answered = () =>
      numeric ? [inputs[0].value] : inputs.flatMap((input, index) => (input.checked ? [index] : []));

    /** The options an answer picks and whether it is right; null if it is no answer. */
    const judge = (answer) => {
      if (!Array.isArray(answer) || !answer.length) return null;
      if (!numeric) {
        if (!answer.every((index) => options[index])) return null;
        return { picked: answer, correct: options.every((option, index) => option.correct === answer.includes(index)) };
      }
      const number = typeof answer[0] === "string" ? parseNumber(answer[0]) : null;
      if (number === null) return null;
      const near = ({ value, tolerance }) =>
        Math.abs(number - Number(value)) <= tolerance + 1e-9 * Math.abs(Number(value)); // decimals are not exact
      const candidates = options.filter((option) => option.value !== undefined && near(option));
      const hit = candidates.find((option) => option.correct) ?? candidates[0];
      const index = options.indexOf(hit ?? options.find((option) => option.value === undefined));
      return { picked: [index], correct: options[index].correct };
    };

    const feedback = (option, named) => {
      const copy = option.feedback.cloneNode(true);
      copy.dataset.correct = option.correct;
      const verdict = copy.querySelector(".quiz-verdict strong");
      if (named) verdict.prepend(`${option.label}. `);
      verdict.prepend(icon(option.correct ? "right" : "wrong"));
      return copy;
    };

    const summary = ({ picked, correct }) => {
      if (correct) return "Đúng, và đủ.";
      const excess = picked.some((index) => !options[index].correct);
      const lack = options.some((option, index) => option.correct && !picked.includes(index));
      if (excess && lack) return "Chưa đúng: có phương án không nên chọn, và còn phương án đúng chưa chọn.";
      return excess ? "Chưa đúng: có phương án không nên chọn." : "Chưa đủ: còn phương án đúng chưa chọn.";
    };

    const clear = () => {
      result.replaceChildren();
      others.replaceChildren();
      again.hidden = true;
      for (const mark of all(".quiz-choice > [class^=mark-]", form)) mark.remove();
      if (numeric) inputs[0].removeAttribute("aria-invalid");
    };

    const reveal = (verdict) => {
      clear();
      const { picked, correct } = verdict;
      if (multiple) {
        const words = make("strong", {}, icon(correct ? "right" : "wrong"), summary(verdict));
        result.append(make("p", { class: "quiz-verdict", "data-correct": correct }, words));
      }
      for (const index of picked) {
        result.append(feedback(options[index], multiple));
        if (!numeric) {
          const right = options[index].correct;
          inputs[index].parentNode.append(icon(right ? "right" : "wrong", right ? "đúng" : "chưa đúng"));
        }
      }
      const rest = options.filter((option, index) => !picked.includes(index) && (!numeric || option.value));
      if (correct && rest.length) {
        const words = numeric ? "Những đáp số hay nhầm" : "Phản hồi cho các phương án còn lại";
        others.append(make("details", {}, make("summary", {}, words), ...rest.map((option) => feedback(option, true))));
      }
      again.hidden = false;
      dispatchEvent(new Event("resize")); // wide formulas have just appeared: course.js makes them reachable
    };

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const answer = answered();
      const verdict = judge(answer);
      if (!verdict) {
        clear();
        const words = numeric
          ? "Hãy viết một con số, chẳng hạn 0.5 hoặc 0,5."
          : `Hãy chọn ${multiple ? "ít nhất " : ""}một phương án.`;
        result.append(make("p", {}, words));
        if (numeric) inputs[0].setAttribute("aria-invalid", "true");
        inputs[0].focus();
        return;
      }
      reveal(verdict);
      change(({ questions }) => (questions[id] = { answer, correct: verdict.correct, text }));
    });
    form.addEventListener("input", clear);
    const empty = () => {
      if (numeric) inputs[0].value = "";
      else for (const input of inputs) input.checked = false;
      clear();
    };
    again.addEventListener("click", () => {
      empty();
      change(({ questions }) => delete questions[id]);
      inputs[0].focus();
    });

    empty();
    const kept = recall("questions", id, text);
    const verdict = kept && judge(kept.answer);
    if (verdict) {
      if (numeric) inputs[0].value = kept.answer[0];
      else for (const index of kept.answer) inputs[index].checked = true;
      reveal(verdict);
    }
  };

  // A guess, shown again above the explanation that follows it.
  const enlivenPrediction = (box, explanation) => {
    const id = `${page}#${box.id}`;
    const title = box.querySelector(".box-title");
    const text = fingerprint(title.textContent);
    const field = make("textarea", { id: `${box.id}-guess`, rows: 2, maxlength: 2000, autocomplete: "off", "aria-describedby": title.id });
    box.append(make("p", { class: "guess" }, make("label", { for: field.id }, "Dự đoán của bạn"), field));
    const shown = make("span");
    const reminder = make("p", { class: "guess-kept" }, make("strong", {}, "Dự đoán của bạn: "), shown);
    const remind = () => {
      shown.textContent = field.value.trim();
      reminder.hidden = !shown.textContent;
    };
    if (explanation) {
      explanation.querySelector("summary").textContent = "Xem giải thích";
      explanation.querySelector(".explain-body").prepend(reminder);
    }
    const kept = recall("guesses", id, text)?.guess;
    field.value = typeof kept === "string" ? kept : "";
    remind();
    field.addEventListener("input", () => {
      remind();
      change(({ guesses }) => {
        if (field.value.trim()) guesses[id] = { guess: field.value, text };
        else delete guesses[id];
      });
    });
  };

  // The chapters, as the sidebar lists them.
  const chapters = all(".book-nav [data-chapter]").map((link) => ({
    link,
    name: link.dataset.chapter,
    questions: Number(link.dataset.questions),
  }));
  const isRead = (state, name) => Boolean(state.chapters[name]);
  const countRight = (state, { name, questions }) => {
    const entries = Object.entries(state.questions).filter(([id]) => id.startsWith(`${name}#`));
    return Math.min(questions, entries.filter(([, entry]) => entry?.correct === true).length);
  };

  const showSidebar = (state) => {
    for (const chapter of chapters) {
      chapter.link.querySelector(".nav-progress")?.remove();
      const right = countRight(state, chapter);
      const read = isRead(state, chapter.name);
      if (!right && !read) continue;
      const note = make("span", { class: "nav-progress" });
      if (right) {
        const count = make("span", { "aria-hidden": "true" }, `${right}/${chapter.questions}`);
        note.append(count, unseen(`, đúng ${right}/${chapter.questions} câu hỏi`));
      }
      if (read) note.append(icon("right", ", đã đọc"));
      chapter.link.append(note);
    }
  };

  // At the end of a chapter: read or not. Reaching the assignment counts, unless unmarked by hand.
  let showReading = () => {};
  const enlivenEnding = () => {
    const words = make("p", { role: "status" });
    const toggle = button("");
    document.querySelector("article").append(make("div", { class: "reading" }, words, toggle));
    showReading = (state) => {
      const read = isRead(state, page);
      const sentence = "Bạn đã đọc chương này.";
      if (!read) words.replaceChildren();
      else if (!words.textContent) words.append(icon("right"), sentence);
      toggle.textContent = read ? "Bỏ đánh dấu đã đọc" : "Đánh dấu đã đọc";
    };
    const now = () => new Date().toISOString();
    toggle.addEventListener("click", () => change((state) => (state.chapters[page] = !isRead(state, page) && now())));
    const goal = document.querySelector(".assignment");
    if (!goal) return;
    const watch = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      watch.disconnect();
      if (!(page in load().chapters)) change((state) => (state.chapters[page] = now()));
    });
    watch.observe(goal);
  };

  // On the cover: how far, take it along, forget it.
  const cover = make("section", { class: "progress", "aria-label": "Tiến độ của bạn" });
  const tally = make("p");
  const showCover = (state) => {
    cover.hidden = PARTS.every((part) => !Object.keys(state[part]).length);
    const read = chapters.filter(({ name }) => isRead(state, name)).length;
    const right = chapters.reduce((sum, chapter) => sum + countRight(state, chapter), 0);
    const questions = chapters.reduce((sum, chapter) => sum + chapter.questions, 0);
    tally.textContent = `Bạn đã đọc ${read}/${chapters.length} chương, trả lời đúng ${right}/${questions} câu hỏi.`;
  };
  const enlivenCover = () => {
    const save = button("Tải tiến độ về (JSON)");
    const erase = button("Xóa tiến độ");
    const said = make("p", { role: "status", tabindex: "-1" });
    cover.append(tally, make("p", { class: "quiz-actions" }, save, erase));
    const place = document.querySelector("article section section");
    if (place) place.before(cover, said);
    else document.querySelector("article").append(cover, said);
    save.addEventListener("click", () => {
      const file = new Blob([JSON.stringify(load(), null, 2)], { type: "application/json" });
      const link = make("a", { href: URL.createObjectURL(file), download: "tien-do.json" });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    });
    erase.addEventListener("click", () => {
      if (!confirm("Xóa mọi câu trả lời, dự đoán và đánh dấu đã đọc trong trình duyệt này?")) return;
      change((state) => PARTS.forEach((part) => (state[part] = {})));
      said.textContent = "Đã xóa tiến độ.";
      said.focus();
    });
  };

  const show = () => {
    const state = load();
    showSidebar(state);
    showReading(state);
    showCover(state);
  };

  // Each as soon as its part of the page is laid out (see course.js): fields far away would have all laid out at once.
  const waiting = new Map();
  const enliven = (box) => {
    near.unobserve(box);
    waiting.get(box)?.();
    waiting.delete(box);
  };
  const near = new IntersectionObserver(
    (entries) => entries.forEach(({ isIntersecting, target }) => isIntersecting && enliven(target)),
    { rootMargin: "9999999px 0px" },
  );
  const enlivenLater = (box, task) => {
    waiting.set(box, task);
    near.observe(box);
  };
  addEventListener("beforeprint", () => [...waiting.keys()].forEach(enliven));
  for (const box of all(".quiz[data-quiz]")) enlivenLater(box, () => enlivenQuestion(box));
  const boxes = all(".predict, details.explain");
  boxes.forEach((box, index) => {
    const next = boxes[index + 1];
    if (box.matches(".predict")) enlivenLater(box, () => enlivenPrediction(box, next?.matches(".explain") ? next : null));
  });
  if (chapters.some(({ name }) => name === page)) enlivenEnding();
  if (page === "index") enlivenCover();
  show();
  addEventListener("storage", show); // another window
  addEventListener("pageshow", (event) => event.persisted && show());
})();
