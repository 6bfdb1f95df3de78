import { CreateRoomDialog } from "../lobby/ui/CreateRoomDialog.tsx";
import { PasswordDialog } from "../lobby/ui/PasswordDialog.tsx";
import { usePlacedRefusal } from "../session/ui/usePlacedRefusal.ts";
import { KickDialog } from "../world/ui/KickDialog.tsx";
import { RoomSettingsDialog } from "../world/ui/RoomSettingsDialog.tsx";
import { useApp } from "./AppContext.ts";

/** The one dialog that is open, if any. */
export function DialogLayer() {
  const { client, ui } = useApp();
  const dialog = ui.dialog.value;
  const refusal = usePlacedRefusal("password");
  if (refusal) {
    const state = client.state.value;
    const target = state.name === "disconnected" ? state.again?.target : undefined;
    const code = target?.kind === "code" ? target.code : undefined;
    return (
      <PasswordDialog
        room={client.rooms.value?.find((room) => room.code === code)?.title}
        refusal={refusal}
        onJoin={(password) => void client.joinAgain({ password })}
        onClose={() => client.dismissRefusal()}
      />
    );
  }
  switch (dialog?.kind) {
    case "create":
      return <CreateRoomDialog />;
    case "settings":
      return <RoomSettingsDialog />;
    case "kick":
      return <KickDialog player={dialog.player} />;
    case "password":
      return (
        <PasswordDialog
          room={dialog.room.title}
          refusal={undefined}
          onJoin={(password) => {
            ui.closeDialog();
            ui.joinCode(dialog.room.code, "list", password);
          }}
          onClose={() => ui.closeDialog()}
        />
      );
    case undefined:
      return null;
  }
}
