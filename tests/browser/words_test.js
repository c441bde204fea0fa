// What classes and keys are called in captions, and names of the host in another language.
import { classWord } from "../../gan/ui/browser/core/classes.js";
import { keyTitle } from "../../gan/ui/browser/core/film.js";
import { sayer } from "../../gan/ui/browser/core/words.js";
import { assertEquals } from "./assert.js";

const WORDS = {
  en: {
    seed_n: "seed {seed}",
    key_class: ", class {name}",
    key_short: "class {name},\nseed {seed}",
    name_0: "7 - seven",
    name_1: "Dress",
    name_2: "Pictures of {name}",
    name_of: "Name of {n}",
  },
  zh: {
    seed_n: "种子 {seed}",
    key_class: "，类别 {name}",
    key_short: "类别 {name}\n种子 {seed}",
    name_0: "7（七）",
    name_1: "连衣裙",
    name_2: "“{name}”中的图片",
    name_of: "{n} 的名字",
  },
};
const english = sayer(WORDS, "en"), chinese = sayer(WORDS, "zh");

Deno.test("a key is called by class and seed, not by two bare numbers", () => {
  const key = { seed: 42, c: 0 };
  assertEquals(keyTitle(key, ["7 - seven"], english), {
    text: "class 7,\nseed 42",
    name: "seed 42, class 7 - seven",
  });
  assertEquals(keyTitle(key, [], english), { text: "seed 42", name: "seed 42" });
  assertEquals(keyTitle(key, ["7 - seven"], chinese), { text: "类别 7\n种子 42", name: "种子 42，类别 7（七）" });
});

Deno.test("a name of the host is put in the page's language where it is known, and stays where it is not", () => {
  const names = ["Dress", "Pictures of Line", "7 - seven", "mine"];
  assertEquals(names.map(english.named), names);
  assertEquals(names.map(chinese.named), ["连衣裙", "“Line”中的图片", "7（七）", "mine"]);
  assertEquals(["7 - seven", "Dress"].map((name) => classWord(name, chinese)), ["7", "连衣裙"]);
});
