// What we use of Vega; its whole types would bring a hundred packages with them.

export interface Loader {
  load(address: string, options?: any): Promise<any>;
  sanitize(address: string, options?: any): Promise<{ href: string }>;
}

export declare function loader(): Loader;
export declare function parse(spec: any, config: any, options: { ast: boolean }): any;
export declare function compile(spec: any, options: { config: any }): { spec: any };
export declare const expressionInterpreter: any;

export declare class View {
  constructor(runtime: any, options: any);
  initialize(el: HTMLElement, controls: HTMLElement): View;
  runAsync(): Promise<View>;
  finalize(): View;
}
