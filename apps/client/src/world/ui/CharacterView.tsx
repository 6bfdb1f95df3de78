import { COLOURS } from "../../session/Profile.ts";
import { type Atlas, atlas, SHEET_URL } from "./atlas.ts";

const BODY_WIDTH = 48;
const BODY_HEIGHT = 56;
const HAT_WIDTH = 48;
const HAT_HEIGHT = 40;
/** Room above the body for a hat. */
const HAT_ROOM = 14;

interface CharacterViewProps {
  colour: number;
  hat: number | undefined;
  /** Times the size in the world, at the usual text size; grows with the text. */
  scale?: number;
  /** The text that it grows with: the page's, or (as a letter) that around it. */
  unit?: "rem" | "em";
}

/** The pixels that one unit has at the usual text size. */
const UNIT_PX = 16;

/** One of the people, standing and looking at us. Decoration: whoever uses it says in words who it is. */
export function CharacterView({ colour, hat, scale = 1, unit = "rem" }: CharacterViewProps) {
  const size = (px: number) => `${(px * scale) / UNIT_PX}${unit}`;
  const sheet = atlas.value;
  return (
    <span
      class="character"
      aria-hidden="true"
      style={{ width: size(BODY_WIDTH), height: size(BODY_HEIGHT + HAT_ROOM) }}
    >
      {sheet ? (
        <>
          <Sprite sheet={sheet} name={`body/${colour}/s/idle`} x={0} y={HAT_ROOM} size={size} />
          {hat !== undefined && (
            <Sprite
              sheet={sheet}
              name={`hat/${hat}/s`}
              x={sheet.hatX}
              y={HAT_ROOM + sheet.hatY}
              size={size}
            />
          )}
        </>
      ) : (
        <span class="character-blank" style={{ background: COLOURS[colour], top: size(HAT_ROOM + 8) }} />
      )}
    </span>
  );
}

/** A hat alone, for choosing one. */
export function HatView({ hat, scale = 1 }: { hat: number; scale?: number }) {
  const size = (px: number) => `${(px * scale) / UNIT_PX}rem`;
  const sheet = atlas.value;
  return (
    <span class="character" aria-hidden="true" style={{ width: size(HAT_WIDTH), height: size(HAT_HEIGHT) }}>
      {sheet && <Sprite sheet={sheet} name={`hat/${hat}/s`} x={0} y={0} size={size} />}
    </span>
  );
}

interface SpriteProps {
  sheet: Atlas;
  name: string;
  x: number;
  y: number;
  size(px: number): string;
}

function Sprite({ sheet, name, x, y, size }: SpriteProps) {
  const frame = sheet.frame(name);
  if (!frame) return null;
  return (
    <span
      class="sprite"
      style={{
        left: size(x),
        top: size(y),
        width: size(frame.w),
        height: size(frame.h),
        backgroundImage: `url("${SHEET_URL}")`,
        backgroundPosition: `${size(-frame.x)} ${size(-frame.y)}`,
        backgroundSize: `${size(sheet.width)} ${size(sheet.height)}`,
      }}
    />
  );
}
