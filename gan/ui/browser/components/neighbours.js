// The 3x3 grid: a click on a neighbour tells the server which one.
element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-step]");
  if (button) trigger("go", { step: Number(button.dataset.step) });
});
