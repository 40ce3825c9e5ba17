"""What an endpoint answered: the model's words, or the error that says why there are none."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus

import msgspec

from console.model.endpoint import PLACE
from console.model.fence import unfenced
from console.model.values import Words
from store.errors import (
    HeardError,
    NotADeskError,
    NotFoundError,
    RefusedError,
)
from store.remotes.http_body import UNREADABLE, Answer, decode
from store.remotes.http_errors import Hints, common
from store.secrets import Secret, redact
from store.text import clean, clean_line

LONGEST = 12_000  # characters of an answer that are kept
_CHECK = f"Check endpoint and model in {PLACE}; the endpoint usually ends in /v1."
_AGAIN = "Nothing was changed; ask again, or write it yourself."
_HINTS = Hints(
    "Set HEARD_MODEL_TOKEN, or credential_command under [model] of config.toml.",
    "Ask again after it; nothing is repeated by itself.",
    _AGAIN,
    given="the token",
    not_accepted=(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN),
)
_THOUGHT = ("<think>", "</think>")  # what some models say to themselves before they answer


class _Message(msgspec.Struct):
    content: str | None = None
    tool_calls: list[object] | None = None


class _Choice(msgspec.Struct):
    message: _Message
    finish_reason: str | None = None


class _Completion(msgspec.Struct):
    choices: list[_Choice]


class _Told(msgspec.Struct):
    message: str | None = None


class _Complaint(msgspec.Struct):
    error: _Told | str | None = None


def words(answer: Answer, model: str, nonce: str, now: int, secrets: Iterable[Secret] = ()) -> Words:
    """The words of a model, cleaned; `now` in microseconds. Raises what `store.errors` has for anything else."""
    if answer.status != HTTPStatus.OK:
        raise _refusal(answer, model, now, tuple(secrets))
    choice = _choice(answer)
    given = choice.message.content or ""
    text = unfenced(clean(_spoken(given), LONGEST), nonce).strip()
    if text:
        return Words(text, model, cut=choice.finish_reason == "length" or len(given) > LONGEST)
    if choice.message.tool_calls:
        raise RefusedError(f"{model} wanted to use a tool instead of answering; it has none here.", _AGAIN)
    if choice.finish_reason == "content_filter":
        raise RefusedError(f"{answer.server} held the answer back (content filter).", _AGAIN)
    if choice.finish_reason == "length":
        raise RefusedError(f"{model} had no room left for its answer: it ended in its thoughts.", _AGAIN)
    raise RefusedError(f"{model} answered without a word.", _AGAIN)


def _choice(answer: Answer) -> _Choice:
    if answer.is_page:
        raise _not_a_model(answer)
    try:
        found = decode(answer.body, _Completion)
    except msgspec.ValidationError as error:
        raise NotADeskError(
            f"{answer.server} answered with JSON that is no model's answer: {clean_line(str(error))[:160]}.",
            _CHECK,
        ) from None
    except UNREADABLE:
        raise _not_a_model(answer) from None
    if not found.choices:
        raise RefusedError(f"{answer.server} answered with no choice of words.", _AGAIN)
    return found.choices[0]


def _not_a_model(answer: Answer) -> NotADeskError:
    what = answer.describe()
    return NotADeskError(
        f"{answer.server} answered with {what}, not with a model's words (HTTP {answer.status}).", _CHECK
    )


def _spoken(text: str) -> str:
    """An answer without the thoughts that went before it; "" where it is cut off within them."""
    begin, end = _THOUGHT
    return text.partition(end)[2] if text.lstrip().startswith(begin) else text


def _refusal(answer: Answer, model: str, now: int, secrets: tuple[Secret, ...]) -> HeardError:
    """The error that a status calls for, with what the endpoint says about it."""
    status, reason = answer.status, _reason(answer, secrets)
    if error := common(answer, reason, _HINTS, now):
        return error
    if status == HTTPStatus.NOT_FOUND:
        return NotFoundError(f"{answer.server} does not know the model {model} (HTTP 404){reason}.", _CHECK)
    if status < HTTPStatus.BAD_REQUEST:
        return _not_a_model(answer)
    hint = f"{_CHECK} Where it was too much, lower characters there."
    return RefusedError(f"{answer.server} refused the request (HTTP {status}){reason}.", hint)


def _reason(answer: Answer, secrets: tuple[Secret, ...]) -> str:
    """What the endpoint says about a failure, short, with a leading colon; some repeat the token there."""
    if answer.is_page:
        return f": {answer.describe()}"
    try:
        told = decode(answer.body, _Complaint).error
    except UNREADABLE:
        return ""
    text = told.message if isinstance(told, _Told) else told
    line = clean_line(redact(text or "", secrets))[:200].rstrip(". ")
    return f": {line}" if line else ""
