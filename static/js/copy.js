// A button that copies what a field holds, where the browser lets it.
export function copyAtOnce(button) {
  if (!navigator.clipboard) return;
  const field = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      document.getElementById("said").textContent = button.dataset.copied;
      button.textContent = button.dataset.copied;
    } catch {
      field.focus();
    }
  });
}
