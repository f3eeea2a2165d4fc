import type { Dispatcher } from "undici";

/** A request that is asked for its permission when its turn on a connection has come. */
export interface Gated {
  admit?: () => void;
}

/**
 * Calls `admit` of a request right before its first byte goes to the socket, however long it has waited for a free
 * connection. When `admit` throws, nothing is sent.
 */
export const gate: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
  const { admit } = options as Gated;
  return dispatch(options, admit ? new GatedHandler(handler, admit) : handler);
};

class GatedHandler implements Dispatcher.DispatchHandler {
  readonly #handler: Dispatcher.DispatchHandler;
  readonly #admit: () => void;

  constructor(handler: Dispatcher.DispatchHandler, admit: () => void) {
    this.#handler = handler;
    this.#admit = admit;
  }

  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    this.#handler.onRequestStart?.(controller, context);
    try {
      this.#admit();
    } catch (error) {
      controller.abort(error instanceof Error ? error : new Error(String(error)));
    }
  }

  onResponseStart(...given: Parameters<NonNullable<Dispatcher.DispatchHandler["onResponseStart"]>>): void {
    this.#handler.onResponseStart?.(...given);
  }

  onResponseData(...given: Parameters<NonNullable<Dispatcher.DispatchHandler["onResponseData"]>>): void {
    this.#handler.onResponseData?.(...given);
  }

  onResponseEnd(...given: Parameters<NonNullable<Dispatcher.DispatchHandler["onResponseEnd"]>>): void {
    this.#handler.onResponseEnd?.(...given);
  }

  onResponseError(...given: Parameters<NonNullable<Dispatcher.DispatchHandler["onResponseError"]>>): void {
    this.#handler.onResponseError?.(...given);
  }
}
