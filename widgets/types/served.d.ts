/**
 * The served tree differs from the one on disk: `/static/<hash>/widgets/` is the widget package's
 * static folder. These patterns tell the type checker what the page's own scripts import from there.
 */
declare module "*/widgets/lib/api.js" {
  export * from "widget-lib/api.js";
}
declare module "*/widgets/lib/connection.js" {
  export * from "widget-lib/connection.js";
}
declare module "*/widgets/lib/dom.js" {
  export * from "widget-lib/dom.js";
}
declare module "*/widgets/lib/http.js" {
  export * from "widget-lib/http.js";
}
declare module "*/widgets/lib/i18n.js" {
  export * from "widget-lib/i18n.js";
}
declare module "*/widgets/lib/ids.js" {
  export * from "widget-lib/ids.js";
}
declare module "*/widgets/lib/page.js" {
  export * from "widget-lib/page.js";
}
declare module "*/widgets/lib/types.js" {
  export * from "widget-lib/types.js";
}
declare module "*/widgets/lib/widget.js" {
  export * from "widget-lib/widget.js";
}
declare module "*/widgets/lib/call/screen.js" {
  export * from "widget-lib/call/screen.js";
}
declare module "*/widgets/lib/live_connection.js" {
  export * from "widget-lib/live_connection.js";
}
declare module "*/widgets/lib/media.js" {
  export * from "widget-lib/media.js";
}
declare module "*/widgets/lib/equipment/figures.js" {
  export * from "widget-lib/equipment/figures.js";
}
declare module "*/widgets/lib/equipment/findings.js" {
  export * from "widget-lib/equipment/findings.js";
}
declare module "*/widgets/lib/equipment/flow.js" {
  export * from "widget-lib/equipment/flow.js";
}
declare module "*/widgets/lib/equipment/session.js" {
  export * from "widget-lib/equipment/session.js";
}
declare module "*/widgets/lib/equipment/summary.js" {
  export * from "widget-lib/equipment/summary.js";
}
declare module "*/widgets/lib/equipment/world.js" {
  export * from "widget-lib/equipment/world.js";
}
