// Not part of the game, so that it is there when a part of the game is not: a page that cannot begin says so.
addEventListener(
  "error",
  ({ target }) => {
    // Of what is missing somewhere below the page's own script, the browser tells that script.
    const note = document.getElementById("unloaded");
    if (!note || !(target instanceof HTMLScriptElement)) return;
    // What an extension or a provider puts into the page, and the page's policy keeps out, is none of the game.
    if (target.type !== "module" || !target.src.startsWith(`${location.origin}/`)) return;
    note.hidden = false;
    note.querySelector("button")?.addEventListener("click", () => location.reload());
  },
  // Such an event does not bubble.
  true,
);
