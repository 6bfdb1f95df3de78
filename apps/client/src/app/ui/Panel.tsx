import type { ComponentChildren, ComponentProps } from "preact";

interface PanelProps extends ComponentProps<"section"> {
  /** A striped awning along the top edge, as on the market stalls. */
  awning?: "coral" | "sky";
  children: ComponentChildren;
}

/** A sheet of paper that keeps its text readable over any scene. */
export function Panel({ awning, children, class: extra, ...rest }: PanelProps) {
  return (
    <section {...rest} class={`panel ${awning ? "panel-stall" : ""} ${extra ?? ""}`}>
      {awning && <div class={`awning awning-${awning}`} aria-hidden="true" />}
      {children}
    </section>
  );
}
