// The form that hands a name and a password to the server, past the pages' own connection: what is
// typed here reaches neither the session's state nor its messages.
//
// Only textContent is written. On success the page is loaded again, with the address it has.

const forms = new Map();

function element(name, parent, attributes) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  parent.append(made);
  return made;
}

class SignInForm {
  constructor(root, data) {
    this.data = data;
    this.form = element("form", root, { class: "gainsay-sign-in", method: "post", novalidate: "" });
    this.inputs = data.fields.map((field) => this.field(field));
    this.button = element("button", this.form, { type: "submit" });
    this.said = element("p", this.form, { role: "alert", class: "said" });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
  }

  field(field) {
    const label = element("label", this.form, {});
    const words = element("span", label, {});
    const attributes = { name: field.name, type: field.type, autocomplete: field.autocomplete };
    const input = element("input", label, { ...attributes, spellcheck: "false", autocapitalize: "none" });
    return { words, input };
  }

  update(data) {
    this.data = data;
    data.fields.forEach((field, place) => {
      this.inputs[place].words.textContent = field.label;
    });
    this.button.textContent = data.words.button;
  }

  async send() {
    const values = {};
    for (const { input } of this.inputs) values[input.name] = input.value;
    if (Object.values(values).some((value) => value === "")) return this.say("empty");
    if (values.again !== undefined && values.again !== values.new) return this.say("differ");
    delete values.again;
    this.button.disabled = true;
    this.say("");
    try {
      await this.settle(await fetch(this.data.address, this.request(values)));
    } catch {
      this.say("unreachable");
    }
    this.button.disabled = false;
  }

  request(values) {
    return {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(values),
      credentials: "same-origin",
      redirect: "error",
    };
  }

  async settle(answer) {
    if (answer.ok) {
      this.form.reset();
      location.reload();
      return;
    }
    const told = await answer.json();
    this.said.textContent = this.data.words[told.refused] ?? told.sentence;
  }

  say(key) {
    this.said.textContent = key === "" ? "" : this.data.words[key];
  }
}

export default function (component) {
  const root = component.parentElement;
  const data = component.data;
  if (data.reload) {
    location.reload();
    return;
  }
  if (!forms.has(root)) forms.set(root, new SignInForm(root, data));
  forms.get(root).update(data);
  return () => {
    setTimeout(() => root.isConnected || forms.delete(root));
  };
}
