/**
 * Keep the page's address true: in a room it is the link to that room, elsewhere it names none. The password
 * leaves the address as soon as it was read, so that it is in no screenshot and no history.
 */
export function showRoomInAddress(code: string | undefined): void {
  const address = new URL(location.href);
  if (code) address.searchParams.set("room", code);
  else {
    address.searchParams.delete("room");
    address.searchParams.delete("autoconnect");
  }
  address.hash = "";
  // `?debug` stays as it was typed, without an equals sign.
  const next = `${address.pathname}${address.search.replaceAll(/=(?=&|$)/g, "")}`;
  if (next !== `${location.pathname}${location.search}${location.hash}`) {
    history.replaceState(history.state, "", next);
  }
}
