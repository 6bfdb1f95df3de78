import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { RoomInfo } from "../../app/GameClient.ts";
import { Button } from "../../app/ui/Button.tsx";
import { roomLink } from "../../config.ts";

const FEEDBACK_MS = 2_500;

/** The link that brings a friend in here. */
export function CopyLinkButton({ room }: { room: RoomInfo }) {
  const result = useSignal<"copied" | "failed" | undefined>(undefined);
  const link = roomLink(room.code, room.password);
  useEffect(() => {
    if (result.value !== "copied") return;
    const timer = setTimeout(() => {
      result.value = undefined;
    }, FEEDBACK_MS);
    return () => clearTimeout(timer);
  }, [result.value, result]);

  async function copy() {
    try {
      await navigator.clipboard.writeText(link);
      result.value = "copied";
    } catch (error) {
      // No permission, or a page without TLS: then the link is shown, to be copied by hand.
      console.warn("the link could not be copied", error);
      result.value = "failed";
    }
  }
  return (
    <div class="copy-link">
      <Button
        icon={result.value === "copied" ? "check" : "link"}
        class="copy-button"
        title="Copy the link to this room"
        onClick={() => void copy()}
      >
        <span class="button-text">{result.value === "copied" ? "Copied" : "Copy link"}</span>
      </Button>
      <span class="visually-hidden" aria-live="polite">
        {result.value === "copied" ? "Link copied" : ""}
      </span>
      {result.value === "failed" && (
        <div class="panel copy-fallback">
          <label for="room-link">Copy this link</label>
          <input
            id="room-link"
            readOnly
            value={link}
            ref={(element) => element?.select()}
            onBlur={() => {
              result.value = undefined;
            }}
          />
        </div>
      )}
    </div>
  );
}
