// Makes a link of chosen words when an address is pasted over them, as Markdown writes it.
export function pasteLinks(field) {
  field.addEventListener("paste", (event) => {
    const address = event.clipboardData.getData("text/plain").trim();
    const { selectionStart: from, selectionEnd: to } = field;
    const words = field.value.slice(from, to);
    const isLink = /^https?:\/\/\S+$/i.test(address) && !/^https?:/i.test(words);
    if (!isLink || !words.trim() || /[[\]\n]/.test(words)) return;
    event.preventDefault();
    const link = `[${words}](${address.replaceAll("(", "%28").replaceAll(")", "%29")})`;
    // The first way can be undone with the keyboard, where the browser still knows it.
    if (document.execCommand("insertText", false, link)) return;
    field.setRangeText(link, from, to, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
