import { COLOURS } from "../session/Profile.ts";
import type { ShownLine } from "./chatLog.ts";

const TIME = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });

/** One line of the log. Whatever players wrote is set as text, never as markup. */
export function ChatLineView({ line, isOwn }: { line: ShownLine; isOwn: boolean }) {
  const { kind, at, author, whisper, text, list } = line;
  return (
    <div class={`line line-${kind} ${isOwn ? "line-own" : ""}`}>
      <time dateTime={new Date(at).toISOString()}>{TIME.format(at)}</time>{" "}
      {whisper ? (
        <span class="line-whisper-name">
          {whisper.direction === "to" ? "to" : "from"} <b>{whisper.name}</b>:{" "}
        </span>
      ) : (
        author && (
          <span class="line-name">
            <span class="line-dot" style={{ background: COLOURS[author.colour] }} aria-hidden="true" />
            <b>{author.name}</b>
            {kind === "say" ? ": " : " "}
          </span>
        )
      )}
      {kind === "announced" && <b class="line-announcer">Server: </b>}
      <span class="line-text">{text}</span>
      {list && (
        <ul class="line-list">
          {list.map((item) => (
            <li key={item}>{item}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
