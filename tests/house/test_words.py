"""How we speak: calm, plain, in both languages, and with nothing left untranslated."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask

from forum import i18n

HOUSE = Path(__file__).parent.parent.parent
FORUM = HOUSE / "forum"
SPANISH = FORUM / "translations/es/LC_MESSAGES"
NEVER = r"!|\b(survivors?|battle|journey|don't miss|last chance|oops|please note)\b"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "lazy": None, "ngettext": (1, 2)}


@pytest.fixture(scope="module")
def sentences() -> set[str]:
    found = set()
    options = {pattern: {"extensions": "jinja2.ext.i18n"} for pattern, _ in METHODS[1:]}
    for _, _, message, _, _ in extract_from_dir(
        FORUM, method_map=METHODS, options_map=options, keywords=KEYWORDS
    ):
        found.add(first(message))
    return found


def catalog():
    with (SPANISH / "messages.po").open("rb") as file:
        return read_po(file, locale="es")


def test_no_sentence_shouts_or_uses_words_that_hurt(sentences):
    assert [text for text in sentences if re.search(NEVER, text, re.IGNORECASE)] == []


def test_every_sentence_is_said_in_spanish(sentences):
    spanish = catalog()
    missing = [
        text
        for text in sorted(sentences)
        if text not in spanish
        or not spanish[text].string
        or (not isinstance(spanish[text].string, str) and not all(spanish[text].string))
    ]
    assert missing == []


def test_no_spanish_sentence_has_lost_its_english_one(sentences):
    assert [m.id for m in catalog() if m.id and first(m.id) not in sentences] == []


def test_both_languages_fill_in_the_same_facts():
    unequal = [
        message.id
        for message in catalog()
        if message.id
        and isinstance(message.id, str)
        and facts(message.id) != facts(str(message.string))
    ]
    assert unequal == []


def test_after_another_language_one_is_spoken_to_in_the_language_before():
    with speaking_app().test_request_context(headers={"Accept-Language": "en"}):
        assert i18n.language_spoken() == "en"
        with i18n.speaking("es"):
            with i18n.speaking("en"):
                assert (i18n.language_spoken(), i18n._("Register")) == ("en", "Register")
            assert (i18n.language_spoken(), i18n._("Register")) == ("es", "Registrarse")
        assert (i18n.language_spoken(), i18n._("Register")) == ("en", "Register")


def test_who_reads_spanish_is_told_every_sentence_as_it_was_translated():
    with speaking_app().app_context(), i18n.speaking("es"):
        for message in catalog():
            if not message.id:  # the catalog's own header
                continue
            if isinstance(message.id, str):
                assert i18n._(message.id) == message.string
                continue
            for number, string in zip((1, 2), message.string, strict=True):
                values = dict.fromkeys(facts(string) - {"num"}, number)
                said = i18n.ngettext(*message.id, number, **values)
                assert said == string % {"num": number, **values}


def test_no_language_is_offered_whose_sentences_are_missing(monkeypatch):
    monkeypatch.setitem(i18n.LANGUAGES, "fr", "Français")

    with pytest.raises(FileNotFoundError, match=r"translations/fr/"):
        speaking_app()


def speaking_app() -> Flask:
    app = Flask(__name__)
    i18n.start(app)
    return app


def facts(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)", text))


def first(message_id: str | tuple[str, ...] | list[str]) -> str:
    return message_id if isinstance(message_id, str) else message_id[0]
