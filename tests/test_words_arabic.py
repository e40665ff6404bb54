"""Arabic, sentence by sentence. "~": a non-breaking space; "<>": set apart; "[→]": all of it from the right."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from words_every import everything
from words_rig import ENGLISH, FRENCH, NAMES, NOW, PARIS, T, event, member, row, view

import trayapp
from trayapp.core.judge import Official, Reason, Verdict
from trayapp.core.model import DAY, HOUR, MINUTE, SECOND, Depth, Function, Line, Scope, State
from trayapp.core.ports import Reply
from trayapp.core.present import Say, View
from trayapp.core.story import Event, EventKind
from trayapp.words.encode import terminal
from trayapp.words.language import Language
from trayapp.words.speech import Speech, speech
from trayapp.words.times import Times

ARABIC, TIMES = speech(["ar"], PARIS), Times(Language(["ar"]), PARIS)
START, UPDATE, END = EventKind.START, EventKind.UPDATE, EventKind.END
FACEBOOK, INSTAGRAM = (member(p, State.DOWN, Scope.THEIRS) for p in ("facebook", "instagram"))
MARKS = str.maketrans("~<>[]→", "\u00a0\u2068\u2069\u202b\u202c\u200f")
LETTER = re.compile(r"[\u0600-\u06ff]")


def units(text: str) -> int:
    """As Windows counts: UTF-16."""
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("ms", "said"),
    [
        (0, "0~ثانية"),
        (SECOND, "ثانية"),
        (2 * SECOND, "ثانيتين"),
        (3 * SECOND, "3~ثوانٍ"),
        (11 * SECOND, "11~ثانية"),
        (MINUTE, "دقيقة"),
        (2 * MINUTE, "دقيقتين"),
        (3 * MINUTE, "3~دقائق"),
        (14 * MINUTE, "14~دقيقة"),
        (HOUR, "ساعة"),
        (2 * HOUR + 5 * MINUTE, "ساعتين و5~دقائق"),
        (23 * HOUR + 59 * MINUTE, "23~ساعة و59~دقيقة"),
        (DAY, "يوم"),
        (3 * DAY + 4 * HOUR, "3~أيام و4~ساعات"),
        (11 * DAY, "11~يومًا"),
        (100 * DAY, "100~يوم"),
    ],
)
def test_durations_are_counted_as_arabic_counts(ms: int, said: str) -> None:
    assert TIMES.duration(ms) == said.translate(MARKS)


def test_the_months_are_those_of_morocco() -> None:
    months = [TIMES.clock(T - 64 * DAY + month * 31 * DAY, NOW + 4000 * DAY).split()[1] for month in range(12)]
    assert months == (
        ["يناير", "فبراير", "مارس", "أبريل", "ماي", "يونيو", "يوليوز", "غشت", "شتنبر", "أكتوبر", "نونبر", "دجنبر"]
    )


@pytest.mark.parametrize(
    ("t", "said"),
    [
        (T, "16:02"),
        (T - DAY, "4 مارس الساعة 16:02"),
        (T - 4 * DAY, "فاتح مارس الساعة 16:02"),
        (T - 366 * DAY, "5 مارس 2023 الساعة 16:02"),
        (T - 95 * DAY, "فاتح دجنبر 2023 الساعة 16:02"),
    ],
)
def test_clock_times(t: int, said: str) -> None:
    assert TIMES.clock(t, NOW) == said


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, ""),
        (1, "<A>"),
        (2, "[→<A> و<B>]"),
        (3, "[→<A>، <B> و<C>]"),
        (4, "[→<A>، <B>، <C> ومنصة أخرى]"),
        (5, "[→<A>، <B>، <C> و2 أخرى]"),
        (6, "[→<A>، <B>، <C> و3 منصات أخرى]"),
        (14, "[→<A>، <B>، <C> و11 منصة أخرى]"),
        (103, "[→<A>، <B>، <C> و100 منصة أخرى]"),
    ],
)
def test_lists(n: int, said: str) -> None:
    """Each name is set apart: the first is the rightmost, whatever it is written in."""
    names = [chr(ord("A") + i % 26) for i in range(n)]
    assert TIMES.names(names) == said.translate(MARKS)


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (1, "ترد خوادمه بأخطاء."),
        (2, "ترد خوادمهما بأخطاء."),
        *((n, "ترد خوادمها بأخطاء.") for n in (0, 3, 11, 100)),
    ],
)
def test_one_two_and_many_have_pronouns_of_their_own(n: int, said: str) -> None:
    assert ARABIC.reason(Reason.SERVER_ERRORS, n) == said


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (view(Say.ALL_WELL), "كل شيء على ما يرام"),
        (view(Say.DOWN, ("Facebook",), T), "[تعطّل <Facebook> منذ 16:02]"),
        (view(Say.DOWN, ("Facebook", "Threads"), T), "[تعطّل <Facebook> و<Threads> منذ 16:02]"),
        (view(Say.UNREACHABLE, ("Facebook",), T - DAY), "[لا يستجيب <Facebook> من هنا منذ 4 مارس الساعة 16:02]"),
        (view(Say.OFFLINE), "اتصالك مقطوع: يتعذر الحكم على أي منصة"),
        (view(Say.STOPPED), "[توقف Fanal عن المراقبة]"),
    ],
)
def test_the_answer(shown: View, said: str) -> None:
    assert ARABIC.answer(shown, NOW) == said.translate(MARKS)


def test_the_tooltip_and_the_menu() -> None:
    rows = (row("Facebook", State.DOWN), row("WhatsApp", State.UP, depth=Depth.WORKS))
    shown = view(Say.DOWN, ("Facebook",), T, rows=rows)
    tooltip = "[→Fanal: تعطّل <Facebook> منذ 16:02 · آخر فحص 16:18]"
    assert ARABIC.tooltip(shown, NOW) == tooltip.translate(MARKS)
    texts = [choice.text for choice in ARABIC.menu(shown, NOW)]
    assert texts[0] == "[تعطّل <Facebook> منذ 16:02، آخر فحص 16:18]".translate(MARKS)
    assert "[→● <Facebook>: عطل منذ 16:02]".translate(MARKS) in texts
    assert "[→✓ <WhatsApp>: يعمل]".translate(MARKS) in texts
    assert texts[-1] == "إنهاء"


@pytest.mark.parametrize(
    ("said", "title", "body"),
    [
        (
            event(START, FACEBOOK, INSTAGRAM),
            "[تعطّل <Facebook> و<Instagram>]",
            "رُصد ذلك من هذا الحاسوب منذ 16:02. ترد خوادمهما بأخطاء. اتصالك بالإنترنت يعمل.",
        ),
        (
            event(UPDATE, FACEBOOK, relapse=True),
            "[تعطّل <Facebook> مجددًا]",
            "رُصد ذلك من هذا الحاسوب. منذ 16:02، مع انفراج مؤقت في الأثناء. ترد خوادمه بأخطاء. اتصالك بالإنترنت يعمل.",
        ),
        (
            event(START, member("facebook", State.PARTIAL, Scope.THEIRS, functions=(Function.SIGN_IN, Function.FEED))),
            "[عطل جزئي في <Facebook>]",
            (
                "رُصد ذلك من هذا الحاسوب منذ 16:02. بعض خوادمه يرد بأخطاء. ما لا يعمل: تسجيل الدخول وموجز المنشورات. "
                "اتصالك بالإنترنت يعمل. إلى أن ينتهي ذلك، قد تُرفض حتى كلمة المرور الصحيحة."
            ),
        ),
        (event(END, FACEBOOK), "[عاد <Facebook> إلى العمل]", "دام العطل 14~دقيقة، من 16:02 إلى 16:16."),
    ],
)
def test_a_notice(said: Event, title: str, body: str) -> None:
    toast = ARABIC.toast(said, NAMES, NOW)
    assert (toast.title, toast.body) == (title.translate(MARKS), body.translate(MARKS))


def test_a_digest_and_a_reply() -> None:
    toast = ARABIC.digest([event(END, FACEBOOK, INSTAGRAM)], NAMES, NOW)
    assert toast.body == "[→<Facebook> و<Instagram>: عطل من 16:02 إلى 16:16.]".translate(MARKS)
    well = Reply("facebook", T, Verdict(State.UP, Scope.NOT_KNOWN, Reason.WORKS), None, Line.OK, Official.NONE)
    reply = ARABIC.reply(well, NAMES, "https://help.example", NOW)
    assert reply.title == "[لا يعمل <Facebook> عندك]".translate(MARKS)
    assert "[صفحة المساعدة: <https://help.example>]".translate(MARKS) in reply.body


@pytest.mark.parametrize(
    "said",
    [
        event(START, FACEBOOK, INSTAGRAM),
        event(START, member("facebook", State.UNREACHABLE, Scope.NOT_KNOWN)),
        event(UPDATE, FACEBOOK, INSTAGRAM, relapse=True),
        event(START, member("instagram", State.PARTIAL, Scope.THEIRS, functions=(Function.SIGN_IN,))),
        event(END, FACEBOOK, INSTAGRAM),
    ],
)
def test_the_usual_notices_fit_a_windows_balloon(said: Event) -> None:
    """63 and 255 UTF-16 units: more is cut off there."""
    toast = ARABIC.toast(said, NAMES, NOW)
    assert units(toast.title) <= 63
    assert units(toast.body) <= 255


@pytest.mark.parametrize("speech", [ENGLISH, FRENCH, ARABIC], ids=["en", "fr", "ar"])
@pytest.mark.parametrize("say", [Say.DOWN, Say.PARTIAL, Say.UNREACHABLE, Say.SLOW, Say.WARNED, Say.ALL_WELL])
def test_a_tooltip_fits_with_the_three_longest_names_there_are(speech: Speech, say: Say) -> None:
    """Of the platforms that Fanal knows, since a day with a month's name; 127 UTF-16 units."""
    files = (Path(trayapp.__file__).parent / "platforms").glob("[!_]*.toml")
    named = sorted((tomllib.loads(file.read_text("utf-8"))["name"] for file in files), key=units, reverse=True)
    longest = tuple(named[:3])
    rows = tuple(row(name, State.UNKNOWN) for name in longest)
    shown = view(say, longest, T - 23 * DAY, mark=True, rows=rows)
    assert longest[0] in speech.tooltip(shown, NOW)  # for all three there is not room in every language
    assert "16:18" in speech.tooltip(shown, NOW)
    assert units(speech.tooltip(shown, NOW)) <= 127
    many = view(say, longest + ("X",) * 9, T - 23 * DAY, rows=rows)
    assert units(speech.answer(many, NOW)) <= 127  # where more is cut off, it is when Fanal looked


def test_every_sentence_begins_from_the_right() -> None:
    """In a notice, a menu, a tooltip: also where a toolkit looks at the first letter only."""
    for exit_, texts in everything(Language(["ar"])).items():
        for text in texts:
            first = next((c for c in text if c.isalpha() or c == "\u200f"), "\u200f")
            if LETTER.search(text):
                assert first == "\u200f" or LETTER.match(first), (exit_, text)


def test_a_terminal_is_given_no_mark_and_loses_no_letter() -> None:
    """Few terminals know isolates, and what they do not know they show: the sanitiser takes them all, from anybody."""
    rows = (row("Facebook", State.DOWN, reasons=("server_errors",)),)
    menu = ARABIC.menu(view(Say.DOWN, ("Facebook",), T, rows=rows), NOW)
    assert [terminal(choice.text) for choice in menu[:1]] == ["تعطّل Facebook منذ 16:02، آخر فحص 16:18"]
    assert terminal("[→● <Facebook>: عطل منذ 16:02]".translate(MARKS)) == "● Facebook: عطل منذ 16:02"
    for texts in everything(Language(["ar"])).values():
        for text in texts:
            assert terminal(text) == text.translate(dict.fromkeys(map(ord, "\u2068\u2069\u202b\u202c\u200f")))


def test_a_name_cannot_break_out() -> None:
    names = {"facebook": "\u2069\u202eFace\u2068book\u200f"}
    assert ARABIC.toast(event(START, FACEBOOK), names, NOW).title == "[تعطّل <Facebook>]".translate(MARKS)
