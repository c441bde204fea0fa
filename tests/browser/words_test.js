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
    key_named: "{name},\nseed {seed}",
    media_pictures_one: "picture",
    media_sounds_one: "sound",
    media_sounds_many: "sounds",
    here: "this {one} of {n}",
    all: "{Many} of {model}",
    all_sounds: "{Many}, to be heard",
    name_0: "7 - seven",
    name_1: "Dress",
    name_2: "Pictures of {name}",
    name_of: "Name of {n}",
    host_0: "there is no model {name}",
    host_unknown: "{sentence}",
  },
  zh: {
    seed_n: "种子 {seed}",
    key_class: "，类别 {name}",
    key_short: "类别 {name}\n种子 {seed}",
    key_named: "{name}\n种子 {seed}",
    name_0: "7（七）",
    name_1: "连衣裙",
    name_2: "“{name}”中的图片",
    name_of: "{n} 的名字",
    host_0: "没有名为 {name} 的模型。",
    host_unknown: "英文原文：{sentence}",
  },
};
const english = sayer(WORDS, "en"), chinese = sayer(WORDS, "zh");

Deno.test("a key is called by class and seed, not by two bare numbers", () => {
  const key = { seed: 42, c: 0 };
  assertEquals(keyTitle(key, ["7 - seven"], english), {
    text: "class 7,\nseed 42",
    name: "seed 42, class 7 - seven",
  });
  assertEquals(keyTitle(key, ["Dress"], english), { text: "Dress,\nseed 42", name: "seed 42, class Dress" });
  assertEquals(keyTitle(key, ["Dress"], chinese).text, "连衣裙\n种子 42");
  assertEquals(keyTitle(key, [], english), { text: "seed 42", name: "seed 42" });
  assertEquals(keyTitle(key, ["7 - seven"], chinese), { text: "类别 7\n种子 42", name: "种子 42，类别 7（七）" });
});

Deno.test("a name of the host is put in the page's language where it is known, and stays where it is not", () => {
  const names = ["Dress", "Pictures of Line", "7 - seven", "mine"];
  assertEquals(names.map(english.named), names);
  assertEquals(names.map(chinese.named), ["连衣裙", "“Line”中的图片", "7（七）", "mine"]);
  assertEquals(["7 - seven", "Dress"].map((name) => classWord(name, chinese)), ["7", "连衣裙"]);
});

Deno.test("a sentence of the host is put in Chinese, whatever somebody called a thing in it", () => {
  const [known, quoted, own] = ["there is no model 我的", "a word is not '我的'", "模型 mnist-style 太大。"];
  assertEquals([known, quoted, own].map(english.host), [known, quoted, own]);
  assertEquals([known, quoted, own].map(chinese.host), ["没有名为 我的 的模型。", `英文原文：${quoted}`, own]);
});

Deno.test("words are those of the table alone", () => {
  assertEquals(["constructor", "toString", "seed_n"].map(english.has), [false, false, true]);
  assertEquals(english("constructor"), "");
});

Deno.test("sentences speak of pictures, until they are told to speak of another medium's samples", () => {
  const say = sayer(WORDS, "en");
  assertEquals(say("here", { n: 3 }), "this picture of 3");
  say.speakOf("sounds");
  assertEquals([say("here", { n: 3 }), say("all", { model: "x" })], ["this sound of 3", "Sounds, to be heard"]);
  assertEquals(say("here", { ...say.nouns("pictures"), n: 3 }), "this picture of 3");
});

Deno.test("a line on a sample is put in the page's language, and its names with it", () => {
  const words = {
    en: { ...WORDS.en, media_bells_line_1: "a {what} bell, {seconds} s", name_3: "seven" },
    zh: { ...WORDS.zh, media_bells_line_1: "{what}号钟，{seconds} 秒", name_3: "七" },
  };
  const line = "a seven bell, 0.4 s";
  assertEquals(["en", "zh"].map((language) => sayer(words, language).sample("bells", line)), [line, "七号钟，0.4 秒"]);
  assertEquals(["words", "bells"].map((medium) => sayer(words, "zh").sample(medium, "seven")), ["seven", "seven"]);
});
