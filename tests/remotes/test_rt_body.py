"""The words of a mail, whichever way its sender's program packed them."""

from __future__ import annotations

import msgspec
import pytest

from store.remotes import rt_body
from store.remotes import rt_wire as wire

MIXED, RELATED, ALTERNATIVE = "multipart/mixed", "multipart/related", "multipart/alternative"
PLAIN, HTML, PICTURE = "text/plain", "text/html", "image/png"


def mail(*parts: tuple[str, str] | str) -> list[wire.Attachment]:
    """The parts of a mail in RT's order, a container before what it holds; the newest first, as no list promises any."""
    told = [(each, "") if isinstance(each, str) else each for each in parts]
    raw = [{"id": str(n), "ContentType": kind, "Content": said} for n, (kind, said) in enumerate(told, 8)]
    return msgspec.convert(list(reversed(raw)), list[wire.Attachment])


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        # a mailing list puts its plain footer below a mail of HTML
        ((MIXED, (HTML, "<p>My oven burnt.</p>"), (PLAIN, "-- list")), "My oven burnt.\n\n-- list"),
        # another part begins behind each picture
        ((MIXED, (HTML, "<p>One.</p>"), PICTURE, (HTML, "<p>Two.</p>")), "One.\n\nTwo."),
        ((MIXED, (PLAIN, "One."), PICTURE, (HTML, "<p>Two.</p>")), "One.\n\nTwo."),
        ((MIXED, (PLAIN, "One."), PICTURE, (HTML, "<html><body><br></body></html>")), "One."),
        # HTML that is another form of the plain text says nothing new
        ((MIXED, ALTERNATIVE, (PLAIN, "One."), (HTML, "<p>One!</p>"), (PLAIN, "-- list")), "One.\n\n-- list"),
        ((MIXED, ALTERNATIVE, (PLAIN, "One."), RELATED, (HTML, "<b>1</b>"), PICTURE, (HTML, "<p>Sale</p>")),
         "One.\n\nSale"),
        ((ALTERNATIVE, (PLAIN, "One. Two."), MIXED, (HTML, "<p>1</p>"), PICTURE, (HTML, "<p>2</p>")), "One. Two."),
        ((MIXED, (PLAIN, "One."), (HTML, "<p><b>One</b>.</p>")), "One."),
        ((MIXED, (HTML, "<p>Yes</p>"), (PLAIN, "Sent yesterday.")), "Yes\n\nSent yesterday."),
        ((MIXED, (HTML, "<p>👍</p>"), (PLAIN, "-- list")), "👍\n\n-- list"),
        # nor does a blank plain form, whose HTML has the words
        ((MIXED, ALTERNATIVE, (PLAIN, " \n"), (HTML, "<p>One.</p>"), (PLAIN, "-- list")), "One.\n\n-- list"),
        # a mail within a mail has forms of its own
        ((MIXED, (PLAIN, "See below."), "message/rfc822", ALTERNATIVE, (PLAIN, "One."), (HTML, "<p>1</p>")),
         "See below.\n\nOne."),
    ],
)  # fmt: skip
def test_every_word_is_told_and_none_twice(parts: tuple[tuple[str, str] | str, ...], said: str) -> None:
    assert rt_body.words(mail(*parts)) == (said, "")


@pytest.mark.parametrize("around", [(), (MIXED,), (MIXED, ALTERNATIVE), (RELATED,)])
def test_html_alone_stays_html(around: tuple[str, ...]) -> None:
    assert rt_body.words(mail(*around, (HTML, "<p>One.</p>"))) == ("", "<p>One.</p>")


def test_a_mail_of_nothing_but_empty_html_is_still_a_mail() -> None:
    assert rt_body.words(mail(MIXED, (HTML, "<br>"), (HTML, "<p></p>")))[1] == "<br>"
