// The playground's page: three chat clients side by side. What people wrote only ever becomes text nodes.

const $ = (selector, root = document) => root.querySelector(selector);

/** An element: properties, then children; text is always text. */
function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

async function ask(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.json();
}

const scene = { people: [], panes: {}, commands: [] };
const panes = new Map();
const EMAIL = "@mail";

const colour = (id) => `c${[...id].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 8, 7)}`;
const initials = (name) => name.split(/\s+/).map((word) => word[0]).slice(0, 2).join("");

// Words

function words(runs, mentions) {
  return runs.map((run, at) => ({ ...run, text: at && runs[at - 1].style === "quote" ? run.text.replace(/^\n/, "") : run.text })).map((run) => {
    if (run.style === "link") return make("a", { href: run.target, target: "_blank", rel: "noopener noreferrer", textContent: run.text });
    if (run.style === "plain") return make("span", {}, ...(mentions ? mentioned(run.text) : [run.text]));
    const tag = { bold: "strong", italic: "em", code: "code", quote: "q" }[run.style];
    return make(tag, { textContent: run.text });
  });
}

/** A text with the names of people in it set off. */
function mentioned(text) {
  const names = scene.people.map((person) => `@${person.name}`);
  const parts = [];
  let rest = text;
  while (rest) {
    const found = names.map((name) => [rest.indexOf(name), name]).filter(([at]) => at >= 0).sort((a, b) => a[0] - b[0])[0];
    if (!found) break;
    parts.push(rest.slice(0, found[0]), make("b", { class: "mention", textContent: found[1] }));
    rest = rest.slice(found[0] + found[1].length);
  }
  return [...parts, rest];
}

function fileShown(file) {
  if (file.shown) {
    const image = make("img", { src: file.address, alt: file.alt, loading: "lazy" });
    return make("button", { type: "button", class: "picture", title: "Look closer", onclick: () => zoom(file) }, image);
  }
  const size = file.size < 1000 ? `${file.size} B` : `${Math.round(file.size / 1000)} kB`;
  return make("a", { class: "file", href: file.address, download: file.name }, `${file.name} · ${size}`);
}

function zoom(file) {
  const dialog = $("#zoom");
  const image = $("img", dialog);
  image.src = file.address;
  image.alt = file.alt;
  dialog.classList.remove("close-up");
  dialog.showModal();
}

// One person's client

class Pane {
  constructor(root) {
    this.root = root;
    this.key = root.dataset.pane;
    this.person = scene.panes[this.key];
    this.room = "";
    this.drawn = new Map();
    this.about = null;
    this.mailsSeen = new Map();
    this.busy = this.again = false;
    const find = (selector) => $(selector, root);
    Object.assign(this, { select: find(".act-as"), tabs: find(".tabs"), bar: find(".bar"), talk: find(".talk"), told: find(".told") });
    Object.assign(this, { composer: find(".composer"), text: find("textarea"), files: find("input[type=file]"), offers: find(".offers") });
    this.listen();
  }

  listen() {
    for (const person of scene.people) {
      this.select.append(make("option", { value: person.id, textContent: `${person.name} — ${person.about}` }));
    }
    this.select.value = this.person;
    this.select.addEventListener("change", () => this.become(this.select.value));
    this.composer.addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    this.text.addEventListener("keydown", (event) => this.typed(event));
    this.text.addEventListener("input", () => { this.grow(); this.offer(); });
    this.text.addEventListener("blur", () => setTimeout(() => { this.offers.hidden = true; }, 150));
    this.files.addEventListener("change", () => this.drawAttached());
    this.talk.addEventListener("scroll", () => this.noteRead());
    $(".about button", this.composer).addEventListener("click", () => this.attend(null));
    this.tabs.addEventListener("keydown", (event) => this.walkTabs(event));
  }

  become(person) {
    Object.assign(this, { person, room: "", state: null });
    this.drawn.clear();
    this.talk.replaceChildren();
    this.attend(null);
    this.tell("");
    this.load();
  }

  async load() {
    if (this.busy) { this.again = true; return; }
    this.busy = true;
    try {
      do {
        this.again = false;
        const person = this.person;
        const state = await ask(`/state?person=${encodeURIComponent(person)}`);
        if (person === this.person) { this.state = state; this.draw(); } else this.again = true;
      } while (this.again);
    } catch (error) {
      this.tell("The playground does not answer. Is it still running?");
    } finally {
      this.busy = false;
    }
  }

  async act(path, fields = {}) {
    const body = new FormData();
    body.set("person", this.person);
    body.set("room", this.room);
    for (const [name, value] of Object.entries(fields)) for (const one of [value].flat()) body.append(name, one);
    let answer;
    try {
      answer = await (await fetch(path, { method: "POST", body })).json();
    } catch (error) {
      answer = { error: "The playground does not answer. Is it still running?" };
    }
    if (path !== "/submit") this.tell(answer.error || "");
    if (answer.form) openForm(this, answer.form);
    return answer;
  }

  tell(text) {
    this.told.textContent = text;
    this.told.hidden = !text;
  }

  places() {
    const rooms = this.state.rooms.map((room) => ({ ...room, unread: room.unread, door: false }));
    const doors = this.state.doors.map((door) => ({ ...door, unread: 0, door: true, posts: [] }));
    const seen = this.mailsSeen.get(this.person) || 0;
    const mail = { id: EMAIL, title: "E-mail", unread: this.state.mails.length - seen, posts: [] };
    return [...doors, ...rooms, mail];
  }

  place() {
    return this.places().find((one) => one.id === this.room);
  }

  draw() {
    const places = this.places();
    if (!places.some((one) => one.id === this.room)) this.room = places[0].id;
    const here = this.place();
    const avatar = $(".who .avatar", this.root);
    avatar.className = `avatar ${colour(this.person)}`;
    avatar.textContent = initials(this.state.person.name);
    this.root.setAttribute("aria-label", this.state.person.name);
    this.drawTabs(places);
    this.drawBar(here);
    if (here.id === EMAIL) this.drawMails();
    else if (here.door) this.drawDoor(here);
    else this.drawPosts(here);
    this.drawComposer(here);
    this.noteRead();
  }

  drawTabs(places) {
    const held = this.tabs.contains(document.activeElement);
    this.tabs.replaceChildren(...places.map((one) => {
      const chosen = one.id === this.room;
      const sign = one.door ? "locked" : one.id === EMAIL ? "mail" : one.private ? "porter" : "chat";
      const badge = one.unread > 0 && !chosen ? make("span", { class: "badge", "aria-label": `${one.unread} new` }, String(one.unread)) : null;
      return make("button", {
        type: "button", role: "tab", class: `tab to-${sign}`, tabIndex: chosen ? 0 : -1, "aria-selected": String(chosen),
        "data-room": one.id, onclick: () => this.go(one.id),
      }, make("span", {}, one.title), badge);
    }));
    if (held) $("[aria-selected=true]", this.tabs).focus();
  }

  walkTabs(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const places = this.places();
    const at = places.findIndex((one) => one.id === this.room);
    this.go(places[(at + step + places.length) % places.length].id);
    $("[aria-selected=true]", this.tabs).focus();
  }

  go(room) {
    if (room === this.room) return;
    this.room = room;
    this.drawn.clear();
    this.talk.replaceChildren();
    this.attend(null);
    this.tell("");
    this.draw();
    this.talk.scrollTop = this.talk.scrollHeight;
  }

  drawBar(here) {
    const parts = [];
    if (here.id === EMAIL) parts.push(make("span", {}, this.state.person.email));
    else if (here.door) parts.push(make("span", {}, "You are not in this chat"));
    else if (here.private) {
      const box = make("input", { type: "checkbox", checked: this.state.person.listens, onchange: () => this.act("/listen", { listens: box.checked ? "yes" : "no" }) });
      parts.push(make("span", {}, "Only you and Porter"), make("label", { class: "switch" }, box, "Porter may write to me"));
    } else {
      parts.push(make("span", {}, here.people === 1 ? "1 person" : `${here.people} people`));
      parts.push(make("button", { type: "button", class: "plain", onclick: () => this.act("/leave") }, "Leave"));
    }
    this.bar.replaceChildren(...parts);
  }

  drawDoor(door) {
    const box = make("div", { class: "door" }, make("span", { class: "arch", "aria-hidden": "true" }), make("h2", {}, door.title));
    if (door.waiting) {
      box.append(make("p", {}, "You knocked. Porter has written to you."), make("button", { type: "button", class: "primary", onclick: () => this.go(this.person) }, "Read it"));
    } else {
      box.append(make("p", {}, "For paid members of the society. Porter checks who comes in."));
      box.append(make("button", { type: "button", class: "primary knock", onclick: () => this.knock(door.id) }, "Knock"));
    }
    if (this.state.person.number) box.append(make("p", { class: "quiet" }, `${this.state.person.name}’s membership number: ${this.state.person.number}`));
    this.talk.replaceChildren(box);
  }

  async knock(room) {
    const answer = await this.act("/knock", { room });
    if (!answer.error) this.go(this.person);
  }

  drawMails() {
    this.mailsSeen.set(this.person, this.state.mails.length);
    const mails = this.state.mails.map((mail) => make("article", { class: "mail" },
      make("h3", {}, mail.subject), make("p", { class: "quiet" }, `${mail.from} · ${mail.time}`),
      make("p", { class: "runs" }, mail.text.trim()), make("div", { class: "files" }, ...mail.files.map(fileShown))));
    const shown = mails.length ? mails : [make("p", { class: "nothing" }, "No e-mail yet.")];
    const signature = `mails:${this.person}:${this.state.mails.length}`;
    if (this.talk.firstChild && this.drawn.get(signature)) return;
    this.drawn.clear();
    this.drawn.set(signature, this.talk);
    this.talk.replaceChildren(...shown);
    this.talk.scrollTop = 0;
  }

  drawPosts(here) {
    const low = this.isLow();
    if (![...this.drawn.keys()].every((key) => key.startsWith(`${here.id}/`)) || !this.drawn.size) {
      this.drawn.clear();
      this.talk.replaceChildren();
    }
    let before = null;
    let last = null;
    for (const post of here.posts) {
      const follows = before && before.author.id === post.author.id && !post.reply && before.only_me === post.only_me && !before.deleted;
      const key = `${here.id}/${post.id}`;
      const signature = JSON.stringify([post.revision, follows, post.reply]);
      const known = this.drawn.get(key);
      if (!known || known.signature !== signature) {
        const element = this.post(post, follows);
        if (known) known.element.replaceWith(element);
        else if (last) last.after(element);
        else this.talk.append(element);
        this.drawn.set(key, { element, signature });
      }
      last = this.drawn.get(key).element;
      before = post;
    }
    if (!here.posts.length) this.talk.replaceChildren(make("p", { class: "nothing" }, here.private ? "Porter writes to you here. Type / for what you can ask." : "Nothing here yet."));
    if (low) this.talk.scrollTop = this.talk.scrollHeight;
  }

  isLow() {
    return this.talk.scrollHeight - this.talk.scrollTop - this.talk.clientHeight < 80;
  }

  post(post, follows) {
    if (post.deleted) return make("article", { class: "post deleted" }, make("p", {}, `Message of ${post.author.name} deleted`));
    const kinds = ["post", post.author.mine && "mine", post.author.porter && "by-porter", post.only_me && "only-me", follows && "follows"];
    const head = make("header", {}, make("span", { class: `avatar ${post.author.porter ? "us" : colour(post.author.id)}`, "aria-hidden": "true" }, post.author.porter ? "" : initials(post.author.name)),
      make("b", {}, post.author.name), make("time", {}, post.time), post.pinned ? make("span", { class: "note" }, "pinned") : null,
      post.only_me ? make("span", { class: "note" }, "only you can see this") : null);
    const bubble = make("div", { class: "bubble" });
    if (post.reply) bubble.append(make("p", { class: "replied" }, make("b", {}, post.reply.name), ` ${post.reply.text}`));
    if (post.runs.length) bubble.append(make("p", { class: "runs" }, ...words(post.runs, !post.author.porter), post.edited ? make("small", {}, " (edited)") : null));
    if (post.files.length) bubble.append(make("div", { class: "files" }, ...post.files.map(fileShown)));
    for (const row of post.buttons) bubble.append(make("div", { class: "row" }, ...row.map((button) => this.button(button))));
    const more = post.only_me || this.place().private ? null : make("button", {
      type: "button", class: "more", "aria-haspopup": "menu", "aria-label": `Menu of ${post.author.name}’s message`, onclick: (event) => openMenu(event.currentTarget, this.choices(post)),
    }, "⋯");
    return make("article", { class: kinds.filter(Boolean).join(" "), "data-post": post.id }, head, make("div", { class: "line" }, bubble, more));
  }

  button(button) {
    if (button.does === "link") return make("a", { class: "button", href: button.token, target: "_blank", rel: "noopener noreferrer" }, button.label);
    const press = async (event) => {
      const pressed = event.currentTarget;
      pressed.disabled = true;
      await this.act(button.does === "open" ? "/open" : "/press", { token: button.token });
      pressed.disabled = false;
    };
    return make("button", { type: "button", class: `button is-${button.style}`, onclick: press }, button.label);
  }

  choices(post) {
    const menu = scene.commands.filter((command) => command.menu).map((command) => ({
      label: command.menu, note: command.staff ? "committee" : "", act: () => this.act("/menu", { post: post.id, command: command.name }),
    }));
    const own = post.author.mine ? [
      { label: "Edit", act: () => this.attend({ kind: "edit", post }) },
      { label: "Delete my message", act: () => this.act("/delete", { post: post.id }) },
    ] : [];
    return [{ label: "Reply", act: () => this.attend({ kind: "reply", post }) }, ...own, null, ...menu];
  }

  attend(about) {
    this.about = about;
    const line = $(".about", this.composer);
    line.hidden = !about;
    if (!about) return;
    const text = about.post.runs.map((run) => run.text).join("");
    $("span", line).textContent = about.kind === "edit" ? "Editing your message" : `Reply to ${about.post.author.name}: ${text.slice(0, 60)}`;
    if (about.kind === "edit") { this.text.value = text; this.grow(); }
    this.text.focus();
  }

  drawComposer(here) {
    this.composer.hidden = here.id === EMAIL || here.door;
    const muted = !here.door && here.muted;
    this.text.disabled = Boolean(muted);
    this.text.placeholder = muted ? `You may not write here until ${here.muted}` : here.private ? "To Porter, or / for commands" : "Message, or / for commands";
  }

  drawAttached() {
    const names = [...this.files.files].map((file) => file.name);
    const line = $(".attached", this.composer);
    line.hidden = !names.length;
    line.textContent = names.join(", ");
  }

  async send() {
    const text = this.text.value.trim();
    const files = [...this.files.files];
    if (!text && !files.length) return;
    this.offers.hidden = true;
    const about = this.about;
    const answer = about?.kind === "edit"
      ? await this.act("/edit", { post: about.post.id, text })
      : await this.act("/say", { text, files, reply_to: about ? about.post.id : "" });
    if (answer.error) return;
    this.text.value = "";
    this.files.value = "";
    this.drawAttached();
    this.grow();
    this.attend(null);
    this.talk.scrollTop = this.talk.scrollHeight;
  }

  fill(text) {
    this.text.value = text;
    this.grow();
    this.text.focus();
  }

  grow() {
    this.text.rows = Math.min(6, this.text.value.split("\n").length + Math.floor(this.text.value.length / 60));
  }

  typed(event) {
    const open = !this.offers.hidden;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (open && step) { event.preventDefault(); this.choose((this.chosen + step + this.offers.children.length) % this.offers.children.length); }
    else if (open && event.key === "Escape") this.offers.hidden = true;
    else if (open && (event.key === "Tab" || event.key === "Enter") && !event.shiftKey) this.takeOffer(event);
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); this.send(); }
  }

  takeOffer(event) {
    const name = this.offers.children[this.chosen].dataset.name;
    if (event.key === "Enter" && this.text.value === `/${name}`) { event.preventDefault(); this.send(); return; }
    event.preventDefault();
    this.fill(`/${name} `);
    this.offers.hidden = true;
  }

  offer() {
    const begun = /^\/([a-z-]*)$/.exec(this.text.value);
    const here = this.place();
    const fitting = begun ? scene.commands.filter((one) => one.name.startsWith(begun[1]) && (one.private || !here.private)) : [];
    this.offers.hidden = !fitting.length;
    this.offers.replaceChildren(...fitting.map((one, number) => make("li", {
      role: "option", id: `${this.key}-${one.name}`, "data-name": one.name,
      onpointerdown: (event) => { event.preventDefault(); this.chosen = number; this.takeOffer({ key: "Tab", preventDefault() {} }); },
    }, make("b", {}, `/${one.name}`), ` ${one.options.map((option) => (option.required ? `‹${option.name}›` : `[${option.name}]`)).join(" ")} `, make("small", {}, one.description))));
    if (fitting.length) this.choose(0);
  }

  choose(number) {
    this.chosen = number;
    [...this.offers.children].forEach((one, at) => one.setAttribute("aria-selected", String(at === number)));
    this.text.setAttribute("aria-activedescendant", this.offers.children[number].id);
    this.offers.children[number].scrollIntoView({ block: "nearest" });
  }

  noteRead() {
    const here = this.state && this.place();
    if (here && here.id !== EMAIL && !here.door && here.unread > 0 && this.isLow() && document.visibilityState === "visible") this.act("/read");
  }
}

// A message's menu

function openMenu(button, choices) {
  const menu = $("#menu");
  const close = () => { menu.hidden = true; };
  menu.replaceChildren(...choices.map((choice) => choice === null ? make("hr") : make("button", {
    type: "button", role: "menuitem", tabIndex: -1, onclick: () => { close(); button.focus(); choice.act(); },
  }, choice.label, choice.note ? make("small", {}, choice.note) : null)));
  menu.hidden = false;
  const at = button.getBoundingClientRect();
  const top = at.bottom + menu.offsetHeight > innerHeight ? Math.max(8, at.top - menu.offsetHeight) : at.bottom;
  menu.style.top = `${top}px`;
  menu.style.left = `${Math.max(8, Math.min(at.right - menu.offsetWidth, innerWidth - menu.offsetWidth - 8))}px`;
  const items = [...menu.querySelectorAll("button")];
  items[0].focus();
  menu.onkeydown = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { event.preventDefault(); items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus(); }
    if (event.key === "Escape" || event.key === "Tab") { close(); button.focus(); }
  };
  menu.onfocusout = (event) => { if (!menu.contains(event.relatedTarget)) close(); };
}

// Forms

function field(one) {
  const id = `field-${one.name}`;
  const shared = { id, name: `field.${one.name}`, required: one.required };
  const input = one.kind === "files" ? make("input", { ...shared, type: "file", multiple: one.limit > 1 })
    : one.kind === "text" ? make("textarea", { ...shared, rows: 5, maxLength: one.limit }) : make("input", { ...shared, type: "text", maxLength: one.limit, autocomplete: "off" });
  return make("div", { class: "field" }, make("label", { htmlFor: id }, one.required ? one.label : `${one.label} (optional)`), input, one.hint ? make("p", { class: "quiet" }, one.hint) : null);
}

function openForm(pane, form) {
  const dialog = $("#form");
  const wrong = $(".wrong", dialog);
  $("h2", dialog).textContent = form.title;
  $(".fields", dialog).replaceChildren(...form.fields.map(field));
  wrong.hidden = true;
  const inner = $("form", dialog);
  inner.onsubmit = async (event) => {
    event.preventDefault();
    const values = {};
    for (const [name, value] of new FormData(inner)) values[name] = [...(values[name] || []), value];
    const send = $("[type=submit]", inner);
    send.disabled = true;
    dialog.dataset.token = "";
    const answer = await pane.act("/submit", { token: form.token, ...values });
    send.disabled = false;
    wrong.textContent = answer.error || "";
    wrong.hidden = !answer.error;
    if (!answer.error && !answer.form) dialog.close();
  };
  if (!dialog.open) dialog.showModal();
  $("input, textarea", dialog)?.focus();
}

// The tour

function drawTour(steps) {
  const next = steps.find((step) => !step.done);
  $("#steps").replaceChildren(...steps.map((step, number) => make("li", { class: step.done ? "done" : step === next ? "next" : "" , "data-step": step.key, ...(step === next ? { "aria-current": "step" } : {}) },
    make("span", { class: "number", "aria-hidden": "true" }, step.done ? "✓" : String(number + 1)), make("span", {}, step.title, step.done ? make("span", { class: "hidden" }, " (done)") : null))));
  const how = $("#how");
  const text = next ? next.how : "That is the whole line, from the knock to the officer. Now try your own: block Porter, answer as the officer, appeal, leave and come back.";
  if (how.dataset.step !== (next?.key ?? "end")) {
    how.dataset.step = next?.key ?? "end";
    how.replaceChildren(text, next?.suggested ? make("button", { type: "button", class: "plain", onclick: () => suggest(next) }, "Use this") : "");
    if (next?.suggested) how.insertBefore(make("q", {}, next.suggested), how.lastChild);
  }
  for (const pane of panes.values()) pane.root.classList.toggle("called", next?.pane === pane.key);
}

/** Put the suggested words where they belong: into an open form, else into the pane's composer. */
function suggest(step) {
  const input = $("#form[open] input[type=text]");
  if (input) input.value = step.suggested;
  else panes.get(step.pane).fill(step.suggested);
}

// All of it

async function begin() {
  Object.assign(scene, await ask("/scene"));
  for (const root of document.querySelectorAll(".pane")) panes.set(root.dataset.pane, new Pane(root));
  for (const pane of panes.values()) pane.load();
  const events = new EventSource("/events");
  events.onmessage = (event) => {
    drawTour(JSON.parse(event.data).tour);
    for (const pane of panes.values()) pane.load();
  };
  const dialog = $("#form");
  $(".cancel", dialog).addEventListener("click", () => dialog.close());
  const picture = $("#zoom");
  $(".close", picture).addEventListener("click", () => picture.close());
  $("img", picture).addEventListener("click", () => picture.classList.toggle("close-up"));
  picture.addEventListener("click", (event) => { if (event.target === picture) picture.close(); });
  document.addEventListener("visibilitychange", () => { for (const pane of panes.values()) pane.noteRead(); });
}

begin();
