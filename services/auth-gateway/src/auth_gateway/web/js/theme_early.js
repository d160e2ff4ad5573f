// A classic script in the head: the chosen theme has to stand before the first drawing.
(() => {
  try {
    const chosen = localStorage.getItem("companion.theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch {
    // Storage is switched off: the device's theme it is.
  }
})();
