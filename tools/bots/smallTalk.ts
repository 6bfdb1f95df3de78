import { pick, type Random } from "@tagalong/shared/lib/random.ts";

const LINES = [
  "Hello, hello!",
  "Nice day for a walk.",
  "Has anybody seen my oil can?",
  "Beep!",
  "I like your hat.",
  "Left, right, left, right…",
  "Is the pond always this blue?",
  "One more lap!",
  "Whirr. That was my knee.",
  "Race you to the fountain!",
  "I was told there would be biscuits.",
  "Good to see you here.",
  "Mind the mud.",
  "Which way is up?",
  "Ten out of ten for this bench.",
  "Off I go.",
  "I could walk here all day.",
  "Wait for me!",
  "Fresh air is good for the circuits.",
  "Who is leading?",
  "I dash, therefore I am.",
  "What a lovely square.",
] as const;

/** Between two lines of one bot (ms): a full room of them is company, and far from what the chat allows. */
const PAUSE_MS = { least: 10_000, most: 40_000 } as const;

/** What a bot says at a moment, if anything. Asked once per frame, with times that never go back (ms). */
export type SmallTalk = (now: number) => string | undefined;

export function createSmallTalk(random: Random): SmallTalk {
  const pause = () => PAUSE_MS.least + random() * (PAUSE_MS.most - PAUSE_MS.least);
  let next: number | undefined;
  return (now) => {
    // The first line comes sooner: whoever asked for talk wants to hear some.
    next ??= now + pause() / 4;
    if (now < next) return undefined;
    next = now + pause();
    return pick(LINES, random);
  };
}
