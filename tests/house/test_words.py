"""How we speak: calm, plain, in both languages, and with nothing left untranslated."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask

from forum import i18n
from forum.organizer.history_words import FACTS

HOUSE = Path(__file__).parent.parent.parent
FORUM = HOUSE / "forum"
SPANISH = FORUM / "translations/es/LC_MESSAGES"
NEVER = r"!|\b(survivors?|battle|journey|don't miss|last chance|oops|please note)\b"
GRADE = 8
"""The school year after which every sentence that attendees read is understood."""
A_SENTENCE = 9
"""The fewest words of which the formula means anything."""
DESK = re.compile(r"organizer/|accounts/|care/|planning/|delivery/|incoming/|emails/decision\.py")
NEVER_ALTERED = "privacy/consents.py"
"""Old texts that people agreed to stand there as they were."""
INSTEAD = {
    "en": {
        r"\bin (the )?line\b|first in line": "on the waitlist",
        r"quiet time|in peace|asked for silence|quiet hours": "pause",
        r"come back\b(?! when)": "do not arrive (of emails)",
        r"discreet|quiet title": "neutral title",
        r"\b(she|her)\b": "they",
        r"\battends?\b": "take part, come",
        r"programme|labelled|cancelled|colour": "American spelling",
        r"need not\b|[Nn]obody asks": "do not have to",
        r"\bwaits (on|no longer|for a place)\b|[Yy]ou wait for\b": "is waiting",
        r"no longer expected|serves? to": "what it is",
        r"\b(place|day) meanwhile|meanwhile$": "for now",
    },
    "es": {
        r"[«»]": "“ ”",
        r"\b([Aa]bierto|[Aa]bierta|[Ff]unciona|[Ff]uncionó|[Vv]ale) hasta\b": "a más tardar",
        r"en línea": "por internet",
        r"[Ii]nscri(b|pci|t)": "registrarse, registro",
        r"\b[Pp]lazas?\b": "lugar",
        r"\b[Aa]sist(e|en|ir|irá)\b": "participar, venir",
        r"\bmanera\b": "forma",
        r"gafete": "etiqueta con el nombre",
        r"\bmesa de org": "panel de organización",
        r"silencio|en paz": "pausa",
        r"discreto": "neutro",
        r"\bpuls(e|ar)\b": "presione",
        r"\bjuntos\b|para los dos\b": "las dos personas",
        r"\b(el|del|al|un) acompañante|los (ponentes|organizadores)": "no gender",
        r"[Ll]ector(es)?\b(?! de pantalla)": "la persona que lo lee",
        r"muri(ó|eron)|ha(n)? fallecido": "falleció",
        r"oriental|Rocosas": "hora del Este, de la Montaña",
        r"\b(ha|han|hemos) (cambiado|terminado|enviado|vencido|cancelado)\b": "the simple past",
        r"Entrar\b|Entró\b|enlaces? para entrar": "iniciar sesión",
        r"[Nn]adie pregunta": "no tiene que",
        r"correos .*se devuelven\b|correos vuelven$": "no llegan",
    },
}
"""Words of which we have another one, by language, and that one: the terms of CONTRIBUTING.md."""
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2"), ("templates/**.txt", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "lazy": None, "kept": None, "ngettext": (1, 2)}


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


def test_nobody_who_attends_reads_a_sentence_above_grade_eight():
    options = {pattern: {"extensions": "jinja2.ext.i18n"} for pattern, _ in METHODS[1:]}
    found = extract_from_dir(FORUM, method_map=METHODS, options_map=options, keywords=KEYWORDS)
    hard = {
        sentence
        for name, _, message, _, _ in found
        if not DESK.search(name) and name != NEVER_ALTERED
        for text in ([message] if isinstance(message, str) else message)
        for sentence in re.split(r"(?<=[.?:])\s+", re.sub(r"%\(\w+\)[sd]", "Ada", text))
        if len(words_of(sentence)) >= A_SENTENCE and grade(sentence) > GRADE
    }
    assert hard == set()


def test_a_long_word_and_a_long_sentence_are_hard_to_read():
    assert round(grade("Your place is booked."), 1) == -2.2
    assert round(grade("Please do not travel. You have a place online."), 1) < GRADE
    assert grade("Recordings with checked captions follow within several business days.") > GRADE


@pytest.mark.parametrize(
    ("language", "pattern", "better"),
    [(language, *pair) for language, words in INSTEAD.items() for pair in words.items()],
)
def test_one_idea_has_one_word(language, pattern, better):
    said = [
        text
        for message in catalog()
        if message.id
        for text in forms(message.id if language == "en" else message.string)
    ]
    assert [text for text in said if re.search(pattern, text)] == [], better


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


def test_no_sentence_hides_from_translators_inside_another_string():
    hidden = [
        f"{path.relative_to(FORUM)}:{call.lineno}"
        for path in sorted(FORUM.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.JoinedStr)
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in KEYWORDS
    ]
    assert hidden == [], "pybabel collects nothing out of f-strings"


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


def test_every_fact_of_the_history_has_a_name():
    assert {name for name in facts_recorded() if name not in FACTS} == set()


def facts_recorded() -> set[str]:
    """Return what actions write into the audit beside a deed: the keys of their dicts there."""
    found: set[str] = set()
    for path in FORUM.rglob("*_actions.py"), FORUM.rglob("actions.py"), FORUM.rglob("places/*.py"):
        for each in path:
            text = each.read_text()
            if "record(Action." not in text or each.parent.name == "audit":
                continue
            for node in ast.walk(ast.parse(text)):
                for facts_of in dicts_of(node):
                    found |= {key.value for key in facts_of.keys if isinstance(key, ast.Constant)}
    return found


def dicts_of(node: ast.AST) -> list[ast.Dict]:
    """Return the facts that a call of `record` is given, or a variable `facts` beside it."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record":
        return [each for each in node.args if isinstance(each, ast.Dict)]
    if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "facts":
        return [node.value] if isinstance(node.value, ast.Dict) else []
    return []


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


def forms(message: str | tuple[str, ...] | list[str]) -> list[str]:
    return [message] if isinstance(message, str) else [*message]


def words_of(sentence: str) -> list[str]:
    return re.findall(r"[A-Za-z]+(?:['\u2019][a-z]+)?", sentence)


def grade(sentence: str) -> float:
    """Return the Flesch-Kincaid grade; syllables are counted as groups of vowels that are heard."""
    words = words_of(sentence)
    heard = sum(
        max(1, len(re.findall(r"[aeiouy]+", silent_end_off(each.lower())))) for each in words
    )
    return 0.39 * len(words) + 11.8 * heard / len(words) - 15.59


def silent_end_off(word: str) -> str:
    """Return a word without the e that is not heard: "cam", "book", but "table", "needed"."""
    return re.sub(r"(?<=[^aeiouyl])e$|(?<=[^dtaeiouy])ed$", "", word)


def facts(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)", text))


def first(message_id: str | tuple[str, ...] | list[str]) -> str:
    return message_id if isinstance(message_id, str) else message_id[0]
