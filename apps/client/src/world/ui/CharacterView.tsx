import { COLOURS } from "../../session/Profile.ts";
import { type Atlas, atlas, SHEET_URL } from "./atlas.ts";

const BODY_WIDTH = 48;
const BODY_HEIGHT = 56;
/** Room above the body for a hat. */
const HAT_ROOM = 14;

interface CharacterViewProps {
  colour: number;
  hat: number | undefined;
  scale?: number;
}

/** One of the people, standing and looking at us. Decoration: whoever uses it says in words who it is. */
export function CharacterView({ colour, hat, scale = 1 }: CharacterViewProps) {
  const sheet = atlas.value;
  return (
    <span
      class="character"
      aria-hidden="true"
      style={{ width: `${BODY_WIDTH * scale}px`, height: `${(BODY_HEIGHT + HAT_ROOM) * scale}px` }}
    >
      {sheet ? (
        <>
          <Sprite sheet={sheet} name={`body/${colour}/s/idle`} x={0} y={HAT_ROOM} scale={scale} />
          {hat !== undefined && (
            <Sprite
              sheet={sheet}
              name={`hat/${hat}/s`}
              x={sheet.hatX}
              y={HAT_ROOM + sheet.hatY}
              scale={scale}
            />
          )}
        </>
      ) : (
        <span
          class="character-blank"
          style={{ background: COLOURS[colour], top: `${(HAT_ROOM + 8) * scale}px` }}
        />
      )}
    </span>
  );
}

/** A hat alone, for choosing one. */
export function HatView({ hat, scale = 1 }: { hat: number; scale?: number }) {
  const sheet = atlas.value;
  return (
    <span
      class="character"
      aria-hidden="true"
      style={{ width: `${48 * scale}px`, height: `${40 * scale}px` }}
    >
      {sheet && <Sprite sheet={sheet} name={`hat/${hat}/s`} x={0} y={0} scale={scale} />}
    </span>
  );
}

function Sprite({
  sheet,
  name,
  x,
  y,
  scale,
}: {
  sheet: Atlas;
  name: string;
  x: number;
  y: number;
  scale: number;
}) {
  const frame = sheet.frame(name);
  if (!frame) return null;
  const px = (value: number) => `${value * scale}px`;
  return (
    <span
      class="sprite"
      style={{
        left: px(x),
        top: px(y),
        width: px(frame.w),
        height: px(frame.h),
        backgroundImage: `url("${SHEET_URL}")`,
        backgroundPosition: `${px(-frame.x)} ${px(-frame.y)}`,
        backgroundSize: `${px(sheet.width)} ${px(sheet.height)}`,
      }}
    />
  );
}
