import "@fontsource-variable/nunito/index.css";
import "./app/tokens.css";
import "./app/base.css";
import "./app/app.css";
import "./session/ui/session.css";
import "./lobby/ui/lobby.css";
import "./chat/chat.css";
import "./world/ui/world.css";
import { effect } from "@preact/signals";
import { render } from "preact";
import { AppContext } from "./app/AppContext.ts";
import { AppView } from "./app/AppView.tsx";
import { showRoomInAddress } from "./app/address.ts";
import { browserStore } from "./app/browserStore.ts";
import { isWritingIn } from "./app/focus.ts";
import { GameClient } from "./app/GameClient.ts";
import { UiState } from "./app/UiState.ts";
import { config, loadDebugTools } from "./config.ts";
import { loadAtlas } from "./world/ui/atlas.ts";

const client = new GameClient({
  endpoint: config.endpoint,
  build: config.build,
  lasting: browserStore(() => localStorage, config.pane),
  tab: browserStore(() => sessionStorage, config.pane),
});
const ui = new UiState(client, config);

const root = element("ui");
render(
  <AppContext.Provider value={{ client, ui }}>
    <AppView />
  </AppContext.Provider>,
  root,
);

loadAtlas().catch((error: unknown) => client.log.add(`pictures of the people are missing: ${String(error)}`));

// The world is by far the largest part of the page: it comes while the menu is being read.
const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)").matches;
import("./world/game.ts").then(
  ({ createGame }) => client.attachGame(createGame(element("game"), { reducedMotion })),
  (error: unknown) => client.gameFailed(error),
);

// Whatever takes the keys keeps them from the avatar: a box to write in, a dialog, a wait.
effect(() => {
  client.game.value?.setTyping(isBlocked() || isWritingIn(document.activeElement));
});
for (const type of ["focusin", "focusout"] as const) {
  document.addEventListener(type, (event) => {
    const focused = type === "focusin" ? event.target : event.relatedTarget;
    client.game.value?.setTyping(isBlocked() || (focused instanceof Element && isWritingIn(focused)));
  });
}

client.connection.onChange(({ to }) => {
  if (to.name === "connected") showRoomInAddress(to.welcome.room.code);
  else if (to.name === "idle") showRoomInAddress(ui.invitation.value?.code);
});
document.addEventListener("visibilitychange", () => client.setAway(document.hidden));
window.addEventListener("online", () => client.connection.retryNow());

// Before anything connects: a simulated network is there from the first frame on.
await loadDebugTools?.().then(
  ({ startDebug }) => startDebug(client, config),
  (error: unknown) => client.log.add(`the debug tools could not be loaded: ${String(error)}`),
);

/** What is held down while the connection comes back is held still: whoever walked walks on. */
function isBlocked(): boolean {
  const { name } = client.state.value;
  return ui.dialog.value !== undefined || (name !== "connected" && name !== "reconnecting");
}

// Leaving the page is no leave: the seat is held, and a reload takes it back.
client.start().then((resumed) => {
  if (!resumed && config.autoconnect) ui.play();
}, client.gameFailed.bind(client));

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`index.html has no #${id}`);
  return found;
}
