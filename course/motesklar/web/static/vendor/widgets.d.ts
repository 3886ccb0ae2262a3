// What we use of the standard widgets; their whole types would bring a hundred packages with them.

export declare class DOMWidgetModel {
  model_id: string;
  widget_manager: any;
  static serializers?: Record<string, { serialize?: (value: any, widget: any) => any }>;
  initialize(attributes: any, options: any): void;
  defaults(): Record<string, any>;
  get(key: string): any;
  set(...values: any[]): any;
  set_state(state: Record<string, any>): void;
  save_changes(callbacks?: any): any;
  send(content: any, callbacks?: any, buffers?: any): void;
  serialize(state: Record<string, any>): any;
  on(event: string, listener: Function, context?: unknown): any;
  once(event: string, listener: Function): any;
  off(event?: string | null, listener?: Function | null, context?: unknown): any;
  _handle_comm_msg(message: any): Promise<void> | undefined;
}

export declare class DOMWidgetView {
  el: HTMLElement;
  model: any;
  luminoWidget: any;
  render(): any;
  remove(): any;
  once(event: string, listener: Function): any;
  listenTo(other: any, event: string, listener: Function): any;
}

export declare class ManagerBase {
  get_model(id: string): Promise<any>;
  new_model(options: any, state?: any): Promise<any>;
  create_view(model: any, options?: any): Promise<any>;
  handle_comm_open(comm: any, message: any): Promise<any>;
}

export declare const base: Record<string, any>;
export declare const controls: Record<string, any>;
export declare const OUTPUT_WIDGET_VERSION: string;
export declare const MessageLoop: { postMessage(widget: any, message: any): void };
export declare const Widget: {
  attach(widget: any, host: HTMLElement): void;
  ResizeMessage: { UnknownSize: any };
};
