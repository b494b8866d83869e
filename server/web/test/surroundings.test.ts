// @vitest-environment happy-dom
import type { ReactiveControllerHost } from "lit";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Calls, Surroundings } from "../src/surroundings";

let calls: { [name in "asleep" | "awake" | "plugged" | "pasted" | "sized"]: ReturnType<typeof vi.fn> };
let around: Surroundings;

function seen(hidden: boolean): void {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}

beforeEach(() => {
  vi.useFakeTimers();
  calls = { asleep: vi.fn(), awake: vi.fn(), plugged: vi.fn(), pasted: vi.fn(), sized: vi.fn() };
  const host = Object.assign(document.createElement("div"), { addController: vi.fn() });
  around = new Surroundings(host as unknown as ReactiveControllerHost & Element, calls as unknown as Calls);
  around.hostConnected();
});
afterEach(() => {
  around.hostDisconnected();
  vi.useRealTimers();
});

it("a page hidden for half a minute sleeps, one glanced away from does not", () => {
  seen(true);
  vi.advanceTimersByTime(29_000);
  seen(false);
  vi.advanceTimersByTime(60_000);
  expect(calls.asleep).not.toHaveBeenCalled();
  seen(true);
  vi.advanceTimersByTime(31_000);
  expect(calls.asleep).toHaveBeenCalledOnce();
  seen(false);
  expect(calls.awake).toHaveBeenCalledTimes(2);
});

it("what is over hears nothing more", () => {
  around.hostDisconnected();
  seen(true);
  vi.advanceTimersByTime(60_000);
  expect(calls.asleep).not.toHaveBeenCalled();
});
