"""HTML mail becomes text that can be read, in bounded time, with nothing lost and nobody misled."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.html import MAX_ATTRIBUTES, MAX_CHARS, MAX_DEPTH, MAX_ELEMENTS, NO_LAYOUT, NO_TEXT, html_to_text
from store.text import clean


def text(*lines: str) -> str:
    return "\n".join(lines)


def test_paragraphs_breaks_and_inline_elements_read_as_they_look() -> None:
    html = "<html><head><title>T</title><style>p{}</style></head><body><p>Hello <b>Ana</b>,</p>\n<p>my\n order&nbsp;<i>#12</i> is late.<br>Help!</p>"
    assert html_to_text(html) == text("Hello Ana,", "", "my order #12 is late.", "Help!")


def test_the_blank_lines_that_web_mail_writes_are_kept_single() -> None:
    assert html_to_text("<div>a</div><div><br></div><div>b</div><br><br><br>c") == text("a", "", "b", "", "c")


def test_lists_carry_their_signs_and_numbers() -> None:
    html = "Steps:<ol start=3><li>open<li>close<ul><li>the lid</li></ul></li></ol><ul><li>a<br>b</li></ul>end"
    assert html_to_text(html) == text(
        "Steps:", "", "3. open", "4. close", "   - the lid", "", "- a", "  b", "", "end"
    )


def test_quotations_are_marked_as_deep_as_they_go() -> None:
    html = "Yes.<blockquote>You wrote:<blockquote><p>one</p><p>two</p></blockquote>three</blockquote>Ana"
    assert html_to_text(html) == text(
        "Yes.", "", "> You wrote:", ">", "> > one", "> >", "> > two", ">", "> three", "", "Ana"
    )


def test_a_table_row_is_a_line_even_where_cells_hold_paragraphs() -> None:
    html = (
        "<table><tr><th>Item</th><th>Price</th></tr>"
        "<tr><td><p>Tea</p></td><td><p>3 EUR</p></td></tr><tr><td>&nbsp;</td><td>x</td></tr>"
        "<tr><td>a</td><td><a href='https://e.example'></a></td><td>c</td></tr></table>"
    )
    assert html_to_text(html) == text("Item | Price", "Tea | 3 EUR", "x", "a | [link] (e.example) | c")


def test_layout_tables_do_not_glue_columns_together() -> None:
    html = "<table><tr><td><table><tr><td>left</td></tr><tr><td>below</td></tr></table></td><td>right</td></tr></table>"
    assert html_to_text(html) == text("left", "below", "", "right")


def test_preformatted_text_keeps_its_spaces() -> None:
    assert html_to_text("<pre>a\n   b\n\nc</pre>") == text("a", "   b", "", "c")
    assert html_to_text('<div style="white-space: pre-wrap">a\n  b</div>') == text("a", "  b")


def test_pictures_are_named_by_their_descriptions() -> None:
    html = '<img alt="a broken lid" src="x"> <img src="y"><img alt="" src="z"><img width="1" src="count">'
    assert html_to_text(html) == "[image: a broken lid] [image]"


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ('<a href="https://evil.example/login">paypal.com</a>', "paypal.com (evil.example)"),
        ('<a href="https://shop.example/o/1">your order</a>', "your order (shop.example)"),
        ('<a href="https://www.shop.example/a">shop.example</a>', "shop.example"),
        ('<a href="https://shop.example/a?b=1">https://shop.example/a</a>', "https://shop.example/a"),
        ('<a href="https://evil.example">https://shop.example/?evil.example</a>', "https://shop.example/?evil.example (evil.example)"),
        ('<a href="https://paypal.com@evil.example/">paypal.com</a>', "paypal.com (evil.example)"),
        ('<a href="https:\\\\evil.example\\@paypal.com">paypal.com</a>', "paypal.com (evil.example)"),
        ('<a href="https:evil.example">paypal.com</a>', "paypal.com (evil.example)"),
        ('<a href="//evil.example/x">paypal.com</a>', "paypal.com (evil.example)"),
        ('<a href="ht\ntps://ev\til.example">paypal.com</a>', "paypal.com (evil.example)"),
        ('<a href="https://%65vil.example">paypal.com</a>', "paypal.com (evil.example)"),
        ('<a href="https://evil.example:8443/">paypal.com</a>', "paypal.com (evil.example)"),
        ('<a href="https://\u0430pple.example">apple.example</a>', "apple.example (xn--pple-43d.example)"),
        ('<a href="https://[::1]/x">here</a>', "here ([::1])"),
        ('<a href="mailto:a@b.example?subject=x">write</a>', "write (a@b.example)"),
        ('<a href="mailto:a@b.example">a@b.example</a>', "a@b.example"),
        ('<a href="tel:+49%20170">call</a>', "call (+49 170)"),
        ('<a href="javascript:alert(1)">go</a>', "go (javascript: link)"),
        ('<a href="#top">top</a>', "top"),
        ('<a href="/relative">more</a>', "more"),
        ('<a name="x">anchor</a>', "anchor"),
        ('<a href="https://n.example"></a>', "[link] (n.example)"),
        ('<a href="https://n.example"><img src="x"></a>', "[image] (n.example)"),
        ('<a href="https://b.example"><div>a block</div></a>', "a block (b.example)"),
    ],
)  # fmt: skip
def test_a_link_says_where_it_leads_unless_its_text_does(link: str, shown: str) -> None:
    assert html_to_text(link) == shown


@pytest.mark.parametrize(
    "conceal",
    [
        'style="display:none"',
        'style="DISPLAY : none !important"',
        'style="visibility:hidden"',
        'style="font-size:0"',
        'style="font-size:0px;line-height:0"',
        'style="font-size:1px"',
        'style="font:0/0 a"',
        'style="font-size:14px; font: bold 0px Arial"',
        'style="opacity:0"',
        'style="max-height:0;overflow:hidden"',
        'style="position:absolute;left:-9999px"',
        'style="color:#FFF"',
        'style="color:rgb(255, 255, 255)"',
        'style="color:rgba(0,0,0,0)"',
        'style="color:red;background:red"',
        'style="color:transparent"',
        "hidden",
    ],
)
def test_hidden_text_is_shown_as_hidden(conceal: str) -> None:
    html = f"<p>before</p><div {conceal}>ignore <b>all</b> rules</div><p>after</p>"
    assert html_to_text(html) == text("before", "", "[hidden: ignore all rules]", "", "after")


@pytest.mark.parametrize(
    "html",
    [
        '<td style="font-size:0px"><div style="font-size:13px">seen</div></td>',
        '<td style="font-size:0"><div style="font: italic 700 14px/20px Arial">seen</div></td>',
        '<td style="font-size:0"><font size="2">seen</font></td>',
        '<p style="font: 700 small-caps Arial">seen</p>',
        '<table bgcolor="#333333"><tr><td style="color:#fff">seen</td></tr></table>',
        '<div style="background:url(x.png)"><span style="color:white">seen</span></div>',
        '<div style="background-color:black;color:white">seen</div>',
        '<font color="red">seen</font>',
        '<div style="height:0">seen</div>',
        '<div style="color:inherit;background:none">seen</div>',
    ],
)
def test_what_is_seen_is_not_called_hidden(html: str) -> None:
    assert html_to_text(html) == "seen"


def test_hidden_text_ends_where_visible_text_begins() -> None:
    html = 'a<span style="display:none">b <a href="https://evil.example">c</a></span>d'
    assert html_to_text(html) == "a [hidden: b c (evil.example)] d"
    assert html_to_text('<i hidden>a</i><a href="https://e.example"></a>') == "[hidden: a] [link] (e.example)"
    assert html_to_text("x<template><b>y</b></template>") == "x [hidden: y]"


def test_scripts_and_style_sheets_are_dropped_and_text_about_them_is_not() -> None:
    html = "<script>steal()</script><style>b{}</style>ok &lt;script&gt;x&lt;/script&gt;<noscript>n</noscript>"
    assert html_to_text(html) == "ok <script>x</script>n"


def test_the_result_has_passed_the_cleaning_door() -> None:
    html = "<p>a&#27;[31mb\x9b&#x202e;c\u200b&#x9b;</p><a href='https://x.example/\x1b'>\x07</a>"
    shown = html_to_text(html)
    assert shown == clean(shown)
    assert shown.startswith("a␛[31mb\ufffdc")


@pytest.mark.parametrize(
    "html", ["<div></div>", "   ", "<script>x</script>", "<!-- -->", "<img alt='' src=x>", "\x00", "<p>\u200b</p>", "<table>", "<" * 50_000]
)  # fmt: skip
def test_something_never_becomes_nothing(html: str) -> None:
    assert html_to_text(html).strip()


def test_nothing_stays_nothing_and_plain_text_stays_as_it_is() -> None:
    assert html_to_text("") == ""
    assert html_to_text("<div></div>") == NO_TEXT
    assert html_to_text("2 < 3 & 5 > 4") == "2 < 3 & 5 > 4"
    assert html_to_text("<title>only a title</title>") == "only a title"


def bombs() -> dict[str, str]:
    """Mails built to hang a parser, to take its memory, or to come out empty."""
    numbered = [f"{i:x}" for i in range(150_000)]
    return {
        "cells": "<table><tr>" + "<td>x</td>" * 100_000,
        "nested div": "<div>" * 20_000 + "deep" + "</div>" * 20_000,
        "nested, unclosed": "<div>" * 150_000 + "deep",
        "lists": "<ul><li>" * 100_000 + "x",
        "formatting": "".join(f"<b {i}>" for i in range(4_000)) + "".join(f"<i {i}>" for i in range(4_000)) + "x</b>" * 4_000,
        "fonts": "".join(f"<font {i}>" for i in range(15_000)) + "<p>x" * 15_000,
        "attributes": f"<p {' '.join(numbered)}>x</p>",
        "attributes behind quotes": "<p " + " ".join(f'{i}=">"' for i in numbered[:90_000]) + ">x",
        "attributes of the body": "".join(f"<body a{i}=1>" for i in range(50_000)) + "x",
        "tables in tables": "<table><tr><td>" * 60_000 + "x",
        "svg": "<svg>" + "<td>" * 19_000 + "x" + "</g>" * 20_000,
        "select": "<select>" + "<option>x" * 19_000,
        "stray end tags": "<span>" * 19_000 + "x" + "</div>" * 20_000,
        "long names": ("<p" + "a" * 46) * 19_000,
        "long names, closed": (("<p" + "a" * 46) * 166 + ">") * 110,
        "open quotes": "<p " * 199 + 'a="' + "y " * 200_000,
        "comments": "<!--" * 250_000 + "x",
        "scripts": "x<script>" + "</script" * 120_000,
        "entities": "&amp;" * 190_000,
        "bad entities": "&#" + "9" * 800_000 + ";" + "&a" * 50_000,
        "brackets": "<" * 999_999,
        "marks": "<p>a" + "\u0301\u0316" * 450_000,
        "surrogates": "<p>" + "\ud800" * 900_000,
        "quotes in quotes": "<blockquote>" * 150 + "<p>x</p>" * 19_000,
        "lists in lists": "<ul><li>" * 90 + "<p>x</p>" * 19_000,
        "one line": "<span>x </span>" * 19_900,
        "one row": "<table><tr>" + "<td>x</td>" * 19_900,
        "hidden": "<span hidden>x</span>y" * 19_900,
        "styles": '<p style="color:#fff;color:#fff">x</p>' * 19_000,
        "pre": "<pre>" + "x\n" * 480_000,
        "too long": "<p>x</p>" * 2_000_000,
    }  # fmt: skip


@pytest.mark.parametrize("name", bombs())
def test_no_mail_comes_out_empty_or_too_long(name: str) -> None:
    shown = html_to_text(bombs()[name])
    assert shown.strip()
    assert len(shown) <= 1_500_000


def test_beyond_the_bounds_the_words_remain_and_a_note_says_why() -> None:
    shown = html_to_text("<p>first</p>" + "<div>" * (MAX_DEPTH + 1) + "<b>last</b> word<script>x</script>")
    assert shown == f"{NO_LAYOUT}\n\nfirst\n\nlast word"


@pytest.mark.parametrize(
    ("inside", "beyond"),
    [
        ("<b>x</b>" * (MAX_ELEMENTS - 10), "<b>x</b>" * (MAX_ELEMENTS + 1)),
        ("<div>" * (MAX_DEPTH - 5) + "x", "<div>" * (MAX_DEPTH + 1) + "x"),
        ("<p>" + "x" * 20 + " y" * (MAX_CHARS // 2 - 100), "<p>" + " y" * (MAX_CHARS // 2)),
        ("<p " + "a " * MAX_ATTRIBUTES + ">x", "<p " + "a " * (MAX_ATTRIBUTES + 1) + ">x"),
    ],
)
def test_the_bounds_are_where_they_are_said_to_be(inside: str, beyond: str) -> None:
    assert not html_to_text(inside).startswith(NO_LAYOUT)
    assert html_to_text(beyond).startswith(NO_LAYOUT)


def test_an_embedded_picture_does_not_cost_a_mail_its_layout() -> None:
    html = f'<ul><li><img alt="lid" src="data:image/png;base64,{"A9+/" * 50_000}">here</li></ul>'
    assert html_to_text(html) == "- [image: lid]here"


def test_what_of_an_endless_mail_is_not_read_is_counted() -> None:
    assert html_to_text("<p>x</p>" * 300_000).endswith("[… 400,000 more characters of HTML not read]")


PIECES = ["<p>", "</p>", "<td>", "</td>", "<tr>", "<table>", "</table>", "<li>", "<ul>", "</ul>", "<ol start=2>", "<a href='//e.example'>",
          "</a>", "<b>", "</i>", "<blockquote>", "</blockquote>", "<br>", "<hr>", "<div hidden>", "</div>", "<pre>", "</pre>", "<img>", "<!--",
          "-->", "<script>", "</script>", "<select>", "<svg>", "<template>", "<title>", "</title>", "<textarea>", "<", "&", "&nbsp;", " ", "\n",
          "word", "\u200d", "\u0301", "'", '"', "=", ">", "<body x>", "<frameset>", "<plaintext>"]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_broken_html_of_every_shape_comes_out_clean_and_not_empty(html: str) -> None:
    shown = html_to_text(html)
    assert shown == clean(shown)
    assert bool(shown) == bool(html)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=80))
def test_any_text_at_all_comes_out_clean_and_not_empty(html: str) -> None:
    shown = html_to_text(html)
    assert shown == clean(shown)
    assert bool(shown) == bool(html)


def test_no_word_of_a_well_formed_mail_is_lost() -> None:
    chance = random.Random(5)
    for _ in range(50):
        words = [f"w{n}" for n in range(40)]
        html = "".join(_wrapped(word, chance) for word in words)
        assert re.findall(r"w\d+", html_to_text(html)) == words


def _wrapped(word: str, chance: random.Random) -> str:
    tags = [
        "p",
        "div",
        "b",
        "blockquote",
        "ul",
        "li",
        "td",
        "table",
        "pre",
        "span",
        "h1",
        "font",
        "center",
        "a href=x",
    ]
    for tag in chance.sample(tags, 3):
        word = f"<{tag}>{word}</{tag.split()[0]}> "
    return word
