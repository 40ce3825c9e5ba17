"""Strings that would take over a terminal, a parser or a reader, made from their grammar."""

from __future__ import annotations

import itertools
from collections.abc import Iterator


def escape_sequences() -> Iterator[str]:
    """Introducers, in 7-bit and as C1, times bodies, times terminators, the missing one included."""
    strings = {"]": "\x9d", "P": "\x90", "_": "\x9f", "^": "\x9e", "X": "\x98"}
    bodies = [
        "0;title", "2;t", "4;1;rgb:ff/00/00", "7;file:///etc", "8;;https://evil.example", "9;note", "10;?", "11;?", "12;red",
        "50;font", "52;c;ZXZpbA==", "52;c;?", "104", "133;A", "777;notify;a;b", "1337;File=inline=1:AAAA",
        "$q m", "$qr", "+q544e", "q#0;2;0;0;0#0~~", "Gf=100,a=T;AAAA", "tmux;\x1b\x1b]52;c;eA==", "",
    ]  # fmt: skip
    for (seven, eight), body, end in itertools.product(
        strings.items(), bodies, ("\x07", "\x1b\\", "\x9c", "")
    ):
        yield f"\x1b{seven}{body}{end}"
        yield f"{eight}{body}{end}"
    controls = [
        "31m", "0;1;5;7m", "2J", "3J", "H", "1;1H", "10A", "K", "6n", "5n", "c", ">c", "=c", "0x", "?1049h", "?1049l",
        "?1000h", "?1006h", "?2004h", "200~", "201~", "21t", "20t", "8;50;50t", "14t", "!p", "4h", "?25l", "1;5r", "s", "u",
        "?2026h", ">4;2m", "99999999999A", "38;2;1;2;3m", "38:2::1:2:3m",
    ]  # fmt: skip
    for intro, body in itertools.product(("\x1b[", "\x9b", "\xc2\x9b", "\x1b\x1b["), controls):
        yield intro + body
    for final in "c78=>DEHMNOZ\\(BnolN|}~ #8%G":
        yield "\x1b" + final
    yield from (
        "invoice\rPAID",
        "abc\b\b\bxyz",
        "a\x0e\x0f",
        "bell\x07",
        "\x05",
        "x\x1b",
        "\x1b\n[31m",
        "\x11\x13\x14",
    )


NAUGHTY = [
    "", " ", "\n", "\t", "\x00", "undefined", "Infinity", "-0", "9e999", "x' OR 'a'='a", "<svg onload=x()>", "${7*7}",
    "%n%n%s", "$(id)", "`id`", "..\\..\\x", "[@click=app.quit]x[/]", "[/foo]", "[b", "\\[link=x]", "=1+1", "\\u001b[31m",
    "Straße", "\u0130stanbul \u0131", "日本語の件名", "한국어", "ประเทศไทย", "নমস্কার", "मुख्य", "நன்றி", "שלום", "می‌خواهم", "Ελλάδα",
    "👩‍🚀 👩🏽‍💻", "🇸🇪🇯🇵", "❤️ ☺︎ 1️⃣", "\U0001d4d7\U0001d4f2", "ﬁn", "\ufdfa", "\u202efdp.exe", "\u2066isolate\u2069", "ad\u200bmin",
    "pay\u00adpal", "a\ufeffb", "\U000e0068\U000e0069", "x\u3164", "\ud800", "\udfff\ud800", "\ud83d\ude00", "\uffff",
    "\U0010ffff", "e\u0301", "\u0301leading", "a" + "\u0300" * 500, "Z" + "\u0316\u0301\u0488" * 40, "\u1100\u1161\u11a8",
    "\u1161" * 100, "line\r\nline\rline\x85line\u2028line\u2029line", "\u2067\u200f\u061cabc", "\u034f\u180e\u17b4",
]  # fmt: skip
