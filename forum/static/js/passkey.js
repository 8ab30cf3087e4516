// Passkeys: asks the server for a question, the device for its answer, and sends the answer with
// the form. Where a browser cannot, the button stays hidden and the mailed link remains.

const ways = {
  create: {
    read: (question) => PublicKeyCredential.parseCreationOptionsFromJSON(question),
    ask: (publicKey) => navigator.credentials.create({ publicKey }),
  },
  get: {
    read: (question) => PublicKeyCredential.parseRequestOptionsFromJSON(question),
    ask: (publicKey) => navigator.credentials.get({ publicKey }),
  },
};

export function offerPasskeys(page) {
  if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) return;
  for (const form of page.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      answer(form);
    });
  }
}

async function answer(form) {
  const way = ways[form.dataset.passkey];
  const words = form.querySelector("[role=status]");
  words.textContent = "";
  try {
    const question = await fetch(form.dataset.question, {
      method: "POST",
      headers: { "X-CSRFToken": form.elements.csrf_token.value },
    });
    // signed out meanwhile, or a yes is needed first: the server shows what comes next
    if (question.redirected || question.status === 403) return form.submit();
    if (!question.ok) throw new Error(String(question.status));
    const credential = await way.ask(way.read(await question.json()));
    form.elements.credential.value = JSON.stringify(credential);
    form.submit();
  } catch {
    words.textContent = form.dataset.stopped;
  }
}

offerPasskeys(document);
