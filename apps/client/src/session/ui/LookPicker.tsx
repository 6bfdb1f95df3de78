import { useApp } from "../../app/AppContext.ts";
import { HatView } from "../../world/ui/CharacterView.tsx";
import { COLOUR_NAMES, COLOURS, HAT_NAMES } from "../Profile.ts";

/** Which body and which hat: two rows of radio buttons that look like what they choose. */
export function LookPicker() {
  const { profile } = useApp().client;
  const { colour, hat } = profile;
  return (
    <div class="look">
      <fieldset>
        <legend>Colour</legend>
        <div class="look-row look-colours">
          {COLOUR_NAMES.map((label, index) => (
            <label key={label} class="look-choice look-colour" title={label}>
              <input
                type="radio"
                name="colour"
                aria-label={label}
                checked={colour.value === index}
                onChange={() => profile.setLook(index, hat.value)}
              />
              <span class="look-face" style={{ background: COLOURS[index] }} />
            </label>
          ))}
        </div>
      </fieldset>
      <fieldset>
        <legend>Hat</legend>
        <div class="look-row look-hats">
          {HAT_NAMES.map((label, index) => (
            <label key={label} class="look-choice look-hat" title={label}>
              <input
                type="radio"
                name="hat"
                aria-label={label}
                checked={hat.value === index}
                onChange={() => profile.setLook(colour.value, index)}
              />
              <span class="look-face">
                <HatView hat={index} scale={1} />
              </span>
            </label>
          ))}
        </div>
      </fieldset>
    </div>
  );
}
