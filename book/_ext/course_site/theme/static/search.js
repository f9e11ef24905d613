/* Search for how Vietnamese is typed: in a dialog on every page and on the search page, with the same results.
   Loaded, like the index, when a reader first searches: searchindex.js has the headings, the files of search/ the places
   of the words with one first letter, and the text of one page (see search.py). No dependencies.

   A word is compared three ways: without marks, with its letters but without the tone, and by its tone alone; so the
   place of the tone mark and the Unicode form do not matter, and «tich chap» finds «tích chập». */
var courseSearch = (() => {
  const base = document.documentElement.dataset.content_root.replace(/^\.\//, "");
  const TONES = /[\u0300\u0301\u0303\u0309\u0323]/g;
  const WORD = /[\p{L}\p{M}\p{N}]+/gu;
  // what a match is worth: by field (a word; two words side by side), for an unfinished word (short, long), …
  const FIELDS = { heading: [4.5, 6], title: [2, 2], text: [2, 3.2], code: [0.7, 0.7] };
  const UNFINISHED = [0.45, 0.65], OTHER_MARKS = 0.2, SYNONYM = 0.9, LEAD = 1.15, RECURRING = 0.75, ENTRY = 0.45, PHRASE = 0.8, SLIP = 0.6, LEFT = 0.25, HOME = 0.5, FOREIGN = 3;
  // of a question in words these say least: «tại sao reshape làm hỏng ảnh»
  const COMMON = new Set("tai sao gi nao nhu lam de cua va thi bi duoc cho voi trong khi nhung cac la".split(" "));
  // … and a word that is no Vietnamese syllable says most
  const SYLLABLE = /^(b|c|ch|d|gh?|gi|h|kh?|l|m|n|ngh?|nh|p|ph|qu|r|s|t|th|tr|v|x)?[aeiouy]{1,3}(c|ch|m|n|ng|nh|p|t)?$/;
  const MOST_PAGES = 8, MOST_OF_A_PAGE = 5, EXCERPT = 32;

  /* Words */
  const fold = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/g, "d");
  const analyse = (word) => {
    const whole = word.toLowerCase().normalize("NFD");
    const plain = fold(word);
    const tone = (whole.match(TONES) ?? []).join("");
    const letters = whole.replace(TONES, "").normalize("NFC");
    return { plain, tone, letters, hasMarks: tone !== "" || letters !== plain };
  };
  const analysed = (text) => (text.match(WORD) ?? []).map(analyse);

  /** How well a word of the book answers a typed one, 0 to 1. */
  const quality = (typed, word, mayBeUnfinished) => {
    if (!word.plain.startsWith(typed.plain)) return 0;
    const whole = word.plain.length === typed.plain.length;
    if (!whole && !mayBeUnfinished) return 0;
    const sameMarks = !typed.hasMarks
      || (word.letters.startsWith(typed.letters) && (typed.tone === word.tone || (!whole && typed.tone === "")));
    return (whole ? 1 : mayBeUnfinished * UNFINISHED[+(typed.plain.length > 3)]) * (sameMarks ? 1 : OTHER_MARKS);
  };

  /** Whether two words differ by one letter: left out, put in, another one, or two in the wrong order. */
  const isSlip = (a, b) => {
    if (a.length < 4 || Math.abs(a.length - b.length) > 1) return false;
    let i = 0, k = 0;
    while (i < a.length && a[i] === b[i]) i++;
    while (k < Math.min(a.length, b.length) - i && a.at(-1 - k) === b.at(-1 - k)) k++;
    const [x, y] = [a.slice(i, a.length - k), b.slice(i, b.length - k)];
    return x.length + y.length < 3 || (x.length === 2 && x === y[1] + y[0]);
  };

  /* The index, prepared once: headings as numbers of words. Where else a word stands comes from the files of search/. */
  const prepare = ({ version, pages, shards, synonyms, homes }) => {
    const words = [], numbers = new Map();
    const number = (word) => {
      const key = word.toLowerCase();
      if (!numbers.has(key)) {
        numbers.set(key, words.length);
        words.push(analyse(word));
      }
      return numbers.get(key);
    };
    const numbered = (text) => Uint32Array.from(text.match(WORD) ?? [], number);
    const sections = pages.flatMap(({ page, sections: parts, glossary = false }) => {
      const title = numbered(parts[0][1]);
      return parts.map(([anchor, heading, length], i) => ({
        page, anchor, heading, length, part: i, isLead: i === 0, pageTitle: parts[0][1], glossary,
        fields: { title, heading: numbered(heading) },
      }));
    });
    // «Bài tập», «Điều cần nhớ», … stand in every chapter: seldom the place where something is explained
    const same = new Map();
    for (const { heading } of sections) same.set(heading, (same.get(heading) ?? 0) + 1);
    for (const one of sections) one.recurs = same.get(one.heading) > 1;
    const length = sections.reduce((sum, one) => sum + one.length, 0) / (sections.length || 1);
    return {
      version, words, numbers, number, sections, length, places: [], shards: new Set(shards),
      synonyms: synonyms.map((names) => names.map(analysed)),
      homes: homes.flatMap(([page, ...names]) => names.map((name) => [page, analysed(name)])),
    };
  };

  /** Take in a file of places: word → slot (less the one before), how many, positions (each less the one before), … */
  const unpack = (found, { number, places }) => {
    for (const [word, numbers] of Object.entries(found)) {
      const list = (places[number(word)] = []);
      for (let i = 0, slot = 0; i < numbers.length;) {
        slot += numbers[i++];
        const end = i + 1 + numbers[i++];
        for (let at = 0; i < end;) list.push([slot, (at += numbers[i++])]);
      }
    }
  };

  /** The query as typed, then with synonyms put in, which must stand word beside word. */
  const readings = (terms, synonyms) => {
    const found = [{ terms, worth: 1, inName: () => false }];
    for (const [typed, ...said] of synonyms) {
      for (let at = 0; at + typed.length <= terms.length; at++) {
        let isWhole = true;
        const fits = typed.every(({ plain }, k) => {
          const term = terms[at + k].plain;
          const unfinished = at + k === terms.length - 1 && k === typed.length - 1 && (k > 0 || term.length > 3);
          if (term === plain || term === `${plain}s`) return true;
          isWhole = false;
          return unfinished && plain.startsWith(term);
        });
        if (!fits) continue;
        // «ham loi» may be «hàm lỗi», another name of hàm mất mát, but rather is what the reader means by it
        const unsure = !isWhole || typed.some((word, k) => word.hasMarks && !terms[at + k].hasMarks);
        for (const name of said) {
          found.push({
            terms: [...terms.slice(0, at), ...name, ...terms.slice(at + typed.length)],
            worth: SYNONYM * (unsure ? 0.7 : 1),
            inName: (j) => j > at && j < at + name.length,
          });
        }
      }
    }
    return found.slice(0, 9);
  };

  /** [page of the chapter that explains the longest term named in the query and no other's, how much of the query it is]. */
  const homeOf = (terms, homes) => {
    const isAt = (name, at) => name.every((word, k) => terms[at + k] && quality(terms[at + k], word) === 1);
    const named = homes.filter(([, name]) => terms.some((_, at) => isAt(name, at)));
    const longest = Math.max(...named.map(([, name]) => name.length));
    const pages = new Set(named.filter(([, name]) => name.length === longest).map(([page]) => page));
    return pages.size === 1 ? [[...pages][0], longest / terms.length] : [];
  };

  /** Score every section for one reading; ``marks`` collects the words to highlight and their weight. */
  const score = ({ terms, worth, inName }, { words, sections, length, places }, marks) => {
    const last = terms.length - 1;
    const values = terms.map((term, j) => {
      // the last word may be being typed; one before it was hardly left unfinished
      const mayBeUnfinished = worth === 1 && (j === last ? 1 : term.plain.length > 2 && LEFT);
      const found = Float32Array.from(words, (word) => quality(term, word, mayBeUnfinished));
      return found.some(Boolean) ? found : found.map((_, id) => (isSlip(term.plain, words[id].plain) ? SLIP : 0));
    });
    const any = Uint8Array.from(words, (_, id) => values.some((value) => value[id]));
    const scan = (entries) => { // [position, word] in order; only words that count
      const best = terms.map(() => 0), sum = [...best], pair = [...best];
      let run = [], phrase = 0;
      entries.forEach(([position, id], i) => {
        const before = i && entries[i - 1][0] === position - 1 ? entries[i - 1][1] : -1;
        run = terms.map((_, j) => values[j][id] * (j ? (before >= 0 && run[j - 1]) || 0 : 1));
        phrase = Math.max(phrase, run[last]);
        for (let j = 0; j <= last; j++) {
          const value = values[j][id];
          // one or two letters of the next word say something beside the word before only
          if (!value || (j && value < 1 && terms[j].plain.length < 3 && !(before >= 0 && values[j - 1][before]))) continue;
          best[j] = Math.max(best[j], value);
          sum[j] += value;
          if (j && before >= 0) pair[j] = Math.max(pair[j], value * values[j - 1][before]);
        }
      });
      return { best, sum, pair, phrase };
    };
    const slots = new Map();
    any.forEach((counts, id) => {
      if (!counts) return;
      for (const [slot, position] of places[id] ?? []) (slots.get(slot) ?? slots.set(slot, []).get(slot)).push([position, id]);
    });
    const inSlot = (slot) => scan((slots.get(slot) ?? []).sort((a, b) => a[0] - b[0]));
    const inHeading = (ids) => scan([...ids].map((id, i) => [i, id]).filter(([, id]) => any[id]));
    const names = Object.keys(FIELDS);
    const scans = sections.map(({ fields }, s) => ({
      heading: inHeading(fields.heading), title: inHeading(fields.title), text: inSlot(2 * s), code: inSlot(2 * s + 1),
    }));
    const presence = scans.map((fields) => terms.map((_, j) => Math.max(...names.map((name) => fields[name].best[j]))));
    const told = scans.map(({ heading, text }) => terms.map((_, j) => Math.max(heading.best[j], text.best[j])));
    const often = (j) => told.reduce((sum, t) => sum + t[j], 0) || presence.reduce((sum, p) => sum + p[j], 0);
    const isCommon = ({ plain }) => terms.length > 3 && COMMON.has(plain) && !terms.every((term) => COMMON.has(term.plain));
    const isForeign = ({ plain }) => terms.length > 3 && !SYLLABLE.test(plain);
    const rarity = terms.map((term, j) =>
      (isCommon(term) ? 0.2 : isForeign(term) ? FOREIGN : 1) * Math.log(1 + sections.length / (0.5 + often(j))));
    const all = rarity.reduce((a, b) => a + b, 0);
    terms.forEach((_, j) => {
      const best = values[j].reduce((a, b) => Math.max(a, b), 0);
      values[j].forEach((value, id) => {
        if (value && value >= best / 2) marks.set(id, Math.max(marks.get(id) ?? 0, rarity[j] * value));
      });
    });
    return scans.map((fields, s) => {
      const { fields: ids, length: ownLength, isLead, recurs, glossary } = sections[s];
      const matched = [...ids.heading].filter((id) => any[id]).length / (ids.heading.length || 1);
      const saturation = 0.8 + (0.4 * ownLength) / (length || 1);
      let sum = 0, covered = 0;
      if (terms.some((_, j) => inName(j) && !names.some((name) => fields[name].pair[j]))) return { coverage: 0, score: 0 };
      for (let j = 0; j <= last; j++) {
        covered += rarity[j] * presence[s][j];
        for (const [name, [one, two]] of Object.entries(FIELDS)) {
          const { best, sum: count, pair } = fields[name];
          const share = name === "heading" ? 0.5 + matched / 2 : 1;
          const word = name === "text" ? count[j] / (count[j] + saturation) : best[j];
          sum += rarity[j] * share * (one * word + two * pair[j]);
        }
      }
      const coverage = covered / all;
      // a chapter explains more than a sentence of the glossary, whose headings name a term in two languages
      const entry = glossary ? ENTRY * (matched >= 0.5 ? 1.2 : 1) : 1;
      const phrase = last ? 1 + PHRASE * Math.max(...names.map((name) => fields[name].phrase)) : 1;
      const kind = phrase * (isLead && matched === 1 ? LEAD : 1) * (recurs ? RECURRING : 1) * entry;
      return { coverage, score: worth * (sum / all) * coverage ** 2 * kind };
    });
  };

  /** Search: { groups: [[hit, …] of a page, …], count }. Fetches the places of the words asked for. */
  const find = async (query, index) => {
    const terms = analysed(query).slice(0, 16);
    if (!terms.length) return null;
    const asked = readings(terms, /\w_\w/.test(query) ? [] : index.synonyms); // a name in code has no synonyms
    const names = new Set(asked.flatMap((reading) => reading.terms.map(({ plain }) => shardOf(plain))));
    await Promise.all([...names].filter((name) => index.shards.has(name)).map((name) => part(name, index, (found) => unpack(found, index))));
    const marks = new Map();
    const scored = asked.map((reading) => score(reading, index, marks));
    const hits = index.sections.map((section, s) => {
      const scores = scored.map((list) => list[s].score);
      const best = Math.max(...scores);
      return {
        ...section, marks, coverage: Math.max(...scored.map((list) => list[s].coverage)),
        score: best + 0.2 * (scores.reduce((a, b) => a + b, 0) - best),
      };
    });
    const enough = 0.6 * Math.max(...hits.map((hit) => hit.coverage));
    const top = Math.max(...hits.map((hit) => hit.score));
    const groups = new Map();
    for (const hit of hits.sort((a, b) => b.score - a.score)) {
      if (!(hit.score > top * 0.1) || hit.coverage < enough) continue;
      const group = groups.get(hit.page) ?? groups.set(hit.page, []).get(hit.page);
      if (group.length < MOST_OF_A_PAGE) group.push(hit);
    }
    const worth = new Map([...groups].map(([page, group]) => [page, group.reduce((sum, hit, i) => sum + hit.score * (i ? 0.08 : 1), 0)]));
    const [home, share] = homeOf(terms, index.homes);
    if (worth.has(home)) worth.set(home, share === 1 ? Infinity : worth.get(home) * (1 + HOME * share));
    const shown = [...groups.values()].sort(([a], [b]) => worth.get(b.page) - worth.get(a.page)).slice(0, MOST_PAGES);
    return { groups: shown, count: shown.flat().length };
  };

  /* What is shown */
  const element = (tag, attributes = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  };

  /** A text with the words found in <mark>; ``from``, ``to``: which words, all if left out. */
  const marked = (text, isFound, from = 0, to = Infinity) => {
    const parts = [];
    let at = null, i = 0, end = 0;
    for (const match of text.matchAll(WORD)) {
      if (i >= from && i < to) {
        at ??= from === 0 ? 0 : match.index;
        end = match.index + match[0].length;
        if (isFound(i)) {
          parts.push(text.slice(at, match.index), element("mark", {}, match[0]));
          at = end;
        }
      }
      i++;
    }
    parts.push(to >= i ? text.slice(at ?? 0) : `${text.slice(at ?? 0, end)} …`);
    if (from > 0) parts.unshift("… ");
    return parts;
  };

  /** Which words of a text to mark: where some stand side by side, not the stray ones, unless they are rare. */
  const finder = (ids, marks) => {
    const found = (i) => marks.has(ids[i]);
    const together = (i) => found(i) && (found(i - 1) || found(i + 1));
    const rare = 0.8 * Math.max(...marks.values());
    const stray = !ids.some((_, i) => together(i));
    return (i) => together(i) || (found(i) && (stray || marks.get(ids[i]) > rare));
  };

  const heading = ({ heading: text, fields, marks }) => marked(text, finder(fields.heading, marks));

  /** The part of a section's text with the most of what was typed. */
  const excerpt = (text, { marks }, { numbers }) => {
    const ids = (text.match(WORD) ?? []).map((word) => numbers.get(word.toLowerCase()) ?? -1);
    let best = 0, from = 0;
    ids.forEach((id, i) => {
      if (!marks.has(id)) return;
      const seen = new Set();
      let value = 0;
      for (let k = i; k < Math.min(i + EXCERPT - 5, ids.length); k++) {
        const weight = marks.get(ids[k]);
        if (!weight) continue;
        value += weight * (seen.has(ids[k]) ? 0.1 : 1) * (marks.has(ids[k - 1]) ? 2 : 1);
        seen.add(ids[k]);
      }
      if (value > best) [best, from] = [value, i];
    });
    from = from < 8 ? 0 : Math.min(from - 5, Math.max(0, ids.length - EXCERPT));
    return marked(text, finder(ids, marks), from, from + EXCERPT);
  };

  /** The page's title above its results, unless the first one bears it. */
  const pageName = ([{ isLead, pageTitle }], hidden = "false") =>
    (isLead ? [] : [element("p", { class: "search-page-name", "aria-hidden": hidden }, pageTitle)]);

  const address = ({ page, anchor }) => `${base}${page}.html${anchor && `#${anchor}`}`;

  const summary = (result) => {
    if (!result) return "";
    if (!result.count) return "Không trang nào có những từ ấy. Bạn thử ít từ hơn, hoặc gõ không dấu.";
    return `Tìm thấy ${result.count} chỗ trong ${result.groups.length} trang.`;
  };

  /* The index is scripts, not data to fetch: so it opens from a folder on disk as well. */
  const fetchScript = (source) => new Promise((done, failed) => {
    const script = element("script", { src: base + source });
    script.onload = done;
    script.onerror = failed;
    document.head.append(script);
  });
  const parts = new Map(), waiting = new Map();
  window.courseSearchPart = (version, name, data) => waiting.get(name)?.(version, data);
  /** Fetch a part of the index once and take it in; a part of another version (the site has changed) is refused. */
  const part = (name, { version }, take = (data) => data) => {
    if (!parts.has(name)) {
      let found;
      waiting.set(name, (of, data) => (found = of === version && { data: take(data) }));
      const fetched = fetchScript(`search/${name}.js?v=${version}`).then(() => found ? found.data : Promise.reject());
      parts.set(name, fetched);
      fetched.catch(() => parts.delete(name));
    }
    return parts.get(name);
  };
  const shardOf = (plain) => (/^[a-z]/.test(plain) ? plain[0] : /^\p{N}/u.test(plain) ? "0" : "_");

  let loading;
  const load = () => {
    if (!loading) {
      let index;
      window.courseSearchIndex = (data) => (index = prepare(data));
      loading = fetchScript("searchindex.js").then(() => index);
      loading.catch(() => (loading = null));
    }
    return loading;
  };

  /** Keep a list of results in step with a field; the list is busy until the excerpts have arrived, too. */
  const follow = (field, status, list, draw) => {
    let latest;
    const update = async () => {
      const typed = field.value, mine = (latest = {});
      list.setAttribute("aria-busy", "true");
      try {
        if (typed.trim() && !loading) status.textContent = "Đang mở bảng tra cứu";
        const index = typed.trim() ? await load() : null;
        const result = index && (await find(typed, index));
        if (mine !== latest) return; // more was typed meanwhile
        draw(result);
        status.textContent = summary(result);
        await Promise.all((result?.groups ?? []).map(async (hits) => {
          const texts = await part(`text/${hits[0].page}`, index);
          if (mine === latest) for (const hit of hits) hit.place.replaceChildren(...excerpt(texts[hit.part], hit, index));
        }));
      } catch {
        status.textContent = "Không mở được bảng tra cứu. Bạn thử tải lại trang.";
      }
      if (mine === latest) list.removeAttribute("aria-busy");
    };
    field.addEventListener("input", update);
    return update;
  };

  /* The dialog */
  let dialog;
  const makeDialog = () => {
    const field = element("input", {
      type: "text", role: "combobox", "aria-label": "Tìm trong sách", "aria-controls": "search-list", "aria-expanded": "false",
      "aria-autocomplete": "list", placeholder: "Không dấu cũng được", autocomplete: "off", spellcheck: "false",
    });
    const close = element("button", { type: "button", class: "search-close" }, "Đóng");
    const status = element("p", { role: "status", class: "search-status" });
    const list = element("div", { role: "listbox", id: "search-list", "aria-label": "Kết quả" });
    const more = element("a", {}, "Mở trang tìm kiếm");
    const help = element("p", { class: "search-help" }, element("span", {}, "↑ ↓ chọn, Enter mở, Esc đóng"), more);
    dialog = element("dialog", { class: "search-dialog", "aria-label": "Tìm trong sách" }, element("div", { class: "search-top" }, field, close), status, list, help);

    let options = [], chosen = -1;
    const choose = (i) => {
      options[chosen]?.setAttribute("aria-selected", "false");
      chosen = options.length ? (i + options.length) % options.length : -1;
      const option = options[chosen];
      if (!option) return field.removeAttribute("aria-activedescendant");
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest", behavior: "instant" });
      field.setAttribute("aria-activedescendant", option.id);
    };
    const update = follow(field, status, list, (result) => {
      options = [];
      const groups = (result?.groups ?? []).map((hits) => {
        const group = element("div", { role: "group", "aria-label": hits[0].pageTitle }, ...pageName(hits, "true"));
        for (const hit of hits) {
          const option = element("a", { role: "option", id: `search-hit-${options.length}`, "aria-selected": "false", href: address(hit), tabindex: "-1" },
            element("strong", {}, ...heading(hit)), (hit.place = element("span", { class: "search-excerpt" })));
          options.push(option);
          group.append(option);
        }
        return group;
      });
      list.replaceChildren(...groups);
      list.hidden = !options.length;
      field.setAttribute("aria-expanded", String(options.length > 0));
      more.href = `${base}search.html?q=${encodeURIComponent(field.value)}`;
      chosen = -1;
      choose(0);
    });
    field.addEventListener("keydown", (event) => {
      if (event.isComposing) return; // an input method is still at work
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) choose(chosen + step);
      else if (event.key === "Enter") options[chosen]?.click();
      else return;
      event.preventDefault();
    });
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (event.target === dialog || (link && !event.ctrlKey && !event.metaKey && !event.shiftKey)) dialog.close();
    });
    document.body.append(dialog);
    return { field, update };
  };

  let controls;
  const open = (text = "") => {
    controls ??= makeDialog();
    load().catch(() => {});
    if (!dialog.open) dialog.showModal();
    if (text) controls.field.value = text;
    controls.field.focus();
    controls.field.select();
    controls.update();
  };

  /* The search page */
  const results = document.getElementById("search-results");
  if (results) {
    const form = document.querySelector(".search-form");
    const [status, list] = [results.querySelector("[role=status]"), results.querySelector("ol")];
    const update = follow(form.q, status, list, (result) => {
      results.hidden = !result;
      const item = (hit) => element("li", {}, element("a", { href: address(hit) }, ...heading(hit)), (hit.place = element("p", { class: "search-excerpt" })));
      list.replaceChildren(...(result?.groups ?? []).map((hits) =>
        element("li", {}, ...pageName(hits), element("ul", {}, ...hits.map(item)))));
    });
    const remember = () => history.replaceState(null, "", `?q=${encodeURIComponent(form.q.value)}`);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      remember();
      update();
    });
    results.addEventListener("click", remember); // so that «back» shows the same results
    form.q.value = new URLSearchParams(location.search).get("q") ?? "";
    if (!form.q.value) form.q.focus();
    update();
  }

  return { open, fold };
})();
