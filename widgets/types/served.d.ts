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
