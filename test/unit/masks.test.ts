import { test } from "tap";
import { actorFault } from "../../src/domain/actor.ts";
import { looksPersonal } from "../../src/domain/personal-looks.ts";
import { maskNotes, maskNumbers } from "../../src/words/masks.ts";

test("seven digits or more are masked, whatever they are written with", (t) => {
  for (const [text, shown] of [
    ["13800138000", "*******8000"],
    ["138 0013 8000", "*** **** 8000"],
    ["138-0013-8000", "***-****-8000"],
    ["1.3.8.0.0.1.3.8.0.0.0", "*.*.*.*.*.*.*.8.0.0.0"],
    ["138\u200b0013\u200b8000", "***\u200b****\u200b8000"],
    ["138转0013转8000", "***转****转8000"],
    ["138 - 0013 - 8000", "*** - **** - 8000"],
    ["１３８００１３８０００", "*******８０００"],
    ["١٣٨٠٠١٣٨٠٠٠", "*******٨٠٠٠"],
    ["①③⑧⓪⓪①③⑧⓪⓪⓪", "*******⑧⓪⓪⓪"],
    ["一三八〇〇一三八〇〇〇", "*******八〇〇〇"],
    ["幺三八 零零壹叁 捌000", "*** **** 捌000"],
    ["138零零138000", "*******8000"],
    [
      "电话13800138000，银行账号6222 0200 1122 3344 556",
      "电话*******8000，银行账号**** **** **** ***4 556",
    ],
    ["53042419900101123X", "**************123X"],
    ["6543210", "*******"],
    ["65432109", "****2109"],
    ["1-----3-----8-----0-----0-----1-----3", "*-----*-----*-----*-----*-----*-----*"],
    ["㊀㊂㊇㊀㊁㊂㊃", "*******"],
    ["㈠㈢㈧㈠㈡㈢㈣", "*******"],
    ["⼀⼆⼋⼀⼆⼋⼀", "*******"],
    ["貳參陸肆伍柒捌", "*******"],
    ["弐参四五六七八", "*******"],
    ["654321", "654321"],
    ["王五 3 亩 5 口人", "王五 3 亩 5 口人"],
    ["第一批，共三户", "第一批，共三户"],
    ["", ""],
  ] as const) {
    t.equal(maskNumbers(text), shown, text);
  }
  t.end();
});

test("names of notes are masked too, and none is lost by that", (t) => {
  const masked = maskNotes({ "13800138000": "甲", "13900138000": "乙", 电话: "13800138000" });
  t.strictSame(masked, { "*******8000": "甲", "*******8000（2）": "乙", 电话: "*******8000" });
  t.end();
});

test("what looks like a phone, an account or an ID number", (t) => {
  for (const [text, looks] of [
    ["13800138000", "a phone"],
    ["+86 138-0013-8000", "a phone"],
    ["１３８００１３８０００", "a phone"],
    ["0877-5012345", "a phone"],
    ["53999919900101123X", "an ID number"],
    ["539999900101123", "an ID number"],
    ["6222021234567890128", "an account"],
    ["6222 0212 3456 7890 128", "an account"],
    ["6222021234567890129", "an account"],
    ["4222021234567890129", undefined],
    ["PZ13800138000", "a phone"],
    ["PZ-53999919900101123X-1", "an ID number"],
    ["一三八〇〇一三八〇〇〇", "a phone"],
    ["202503010001", undefined],
    ["20250301000123", undefined],
    ["PZ-000123456789", undefined],
    ["2025-03", undefined],
    ["记-2025-0012", undefined],
  ] as const) {
    t.equal(looksPersonal(text), looks, text);
  }
  t.end();
});

test("who acts has a name that can be seen", (t) => {
  for (const name of ["王五", "a b", "O'Neil", "财政局 李"]) t.equal(actorFault(name), undefined);
  for (const name of [
    "",
    " ",
    "a\u200bb",
    "\u202ea",
    "a\nb",
    "a\u2028",
    "\u3164",
    "a\ufe0fb",
    "x".repeat(201),
  ]) {
    t.ok(actorFault(name), encodeURIComponent(name));
  }
  t.end();
});
