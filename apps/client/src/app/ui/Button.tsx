import type { ComponentProps } from "preact";
import { Icon, type IconName } from "./Icon.tsx";

export interface ButtonProps extends Omit<ComponentProps<"button">, "size" | "icon" | "type"> {
  kind?: "primary" | "plain" | "danger" | "quiet";
  size?: "small" | "big";
  icon?: IconName;
  type?: "button" | "submit";
}

/** The one button of this game: a soft block that goes down when pressed. */
export function Button({
  kind = "plain",
  size,
  icon,
  type = "button",
  children,
  class: extra,
  ...rest
}: ButtonProps) {
  const classes = ["button", `button-${kind}`, size && `button-${size}`, extra].filter(Boolean).join(" ");
  return (
    <button {...rest} type={type} class={classes}>
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}
