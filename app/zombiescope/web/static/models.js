// Sends a labelled file to be trained on, and leads to the new model's page.
const form = document.getElementById("train");
form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const file = document.getElementById("labelled").files[0];
  const kinds = { csv: "text/csv", tsv: "text/tab-separated-values", parquet: "application/vnd.apache.parquet" };
  const ending = file.name.split(".").pop().toLowerCase();
  const asked = new URLSearchParams({ name: document.getElementById("name").value });
  const base = document.getElementById("base").value;
  if (base) asked.set("base", base);
  const token = form.querySelector("input[name=csrf]")?.value;
  const button = form.querySelector("button");
  button.disabled = true;
  const answer = await fetch(`/v1/models?${asked}`, {
    method: "POST",
    body: file,
    headers: { "Content-Type": kinds[ending] ?? "application/x-ndjson", ...(token ? { "X-CSRF-Token": token } : {}) },
  });
  const told = await answer.json();
  if (answer.ok) {
    location.assign(`/models/${encodeURIComponent(told.name)}`);
    return;
  }
  const error = form.querySelector(".error");
  error.textContent = [told.title, told.detail].filter(Boolean).join(" ");
  error.hidden = false;
  button.disabled = false;
});
