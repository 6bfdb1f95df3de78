import { useApp } from "../../app/AppContext.ts";
import { Button } from "../../app/ui/Button.tsx";
import { Field } from "../../app/ui/Field.tsx";
import { reasonText } from "../reasonTexts.ts";
import { RefusalAlert } from "./RefusalAlert.tsx";
import { randomName } from "./randomName.ts";
import { usePlacedRefusal } from "./usePlacedRefusal.ts";

export function NameField() {
  const { client, ui } = useApp();
  const { profile } = client;
  const refusal = usePlacedRefusal("name");
  const problem = ui.shownNameProblem;
  let error = null;
  if (refusal) error = <RefusalAlert inline refusal={refusal} />;
  else if (problem) error = <span role="alert">{reasonText({ reason: problem })}</span>;

  function setName(name: string) {
    profile.setName(name);
    // What the server said was about another name.
    if (refusal) client.dismissRefusal();
  }
  return (
    <Field
      id="name"
      class="name-field"
      label="Name"
      value={profile.name.value}
      error={error}
      autoComplete="nickname"
      autoCapitalize="words"
      spellcheck={false}
      enterKeyHint="go"
      placeholder="Your name"
      onText={setName}
      onBlur={() => {
        if (profile.name.value !== "") ui.isNameTried.value = true;
        void client.renameInLobby();
      }}
    >
      <Button
        kind="plain"
        class="button-square"
        icon="dice"
        aria-label="Surprise me"
        title="Surprise me with one"
        onClick={() => setName(randomName(Math.random))}
      />
    </Field>
  );
}
