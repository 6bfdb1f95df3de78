import { useApp } from "../../app/AppContext.ts";
import { Button } from "../../app/ui/Button.tsx";

/** The world could not be loaded: said wherever the player is, with the one thing that helps. */
export function GameBrokenView() {
  const { client } = useApp();
  if (!client.isGameBroken.value) return null;
  return (
    <div class="alert panel" role="alert">
      <p>The square could not be drawn. Reload the page; if that does not help, try another browser.</p>
      <Button kind="primary" size="small" onClick={() => location.reload()}>
        Reload
      </Button>
    </div>
  );
}
