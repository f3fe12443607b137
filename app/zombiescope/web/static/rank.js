// A chosen file's text goes into the form, so that it is seen before it is sent.
const input = document.querySelector("input[data-into]");
input.addEventListener("change", async () => {
  if (input.files.length) document.getElementById(input.dataset.into).value = await input.files[0].text();
});
