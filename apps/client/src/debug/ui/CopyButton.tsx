import { useState } from "preact/hooks";

/** Puts a text on the clipboard, and says whether that worked. */
export function CopyButton({ label, text }: { label: string; text(): string }) {
  const [result, setResult] = useState("");
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text());
      setResult("Copied");
    } catch (error) {
      setResult(`Not copied: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return (
    <div class="debug-buttons">
      <button type="button" class="debug-button" onClick={() => void copy()}>
        {label}
      </button>
      <span class="debug-hint" role="status">
        {result}
      </span>
    </div>
  );
}
