"""The catalogues: every text of the applicant side is said in every language, with its figures, and nothing else is kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from app.infra.catalogue import TRANSLATED, file_of, read, translations
from app.infra.extraction import from_lists, from_python, from_templates
from app.infra.extraction.__main__ import main
from app.infra.extraction.files import Text, all_texts, content_of, missing
from app.infra.extraction.places import is_applicant_side
from app.infra.templates import LANGUAGES, environment, translator

HOW = (
    "run `make messages`: it writes the catalogues and prints what is missing; translate that and run it with ADD=file"
)
PLACE = re.compile(r"%\(\w+\)s|%s|\{\w*\}")
SAMPLES = {
    "fr": {
        "Call": "Appel",
        "Deadline": "Date limite",
        "coordinator": "coordinateur",
        "Grant agreement": "Convention de subvention",
        "Declaration on honour": "Déclaration sur l\u2019honneur",
        "Evaluation summary report": "Note succincte d\u2019évaluation",
    },
    "de": {
        "Call": "Aufforderung",
        "Deadline": "Einreichungsfrist",
        "coordinator": "Koordinator",
        "Grant agreement": "Finanzhilfevereinbarung",
        "Declaration on honour": "Ehrenwörtliche Erklärung",
        "Evaluation summary report": "Zusammenfassender Bewertungsbericht",
    },
}


@pytest.fixture(scope="module")
def texts() -> Sequence[Text]:
    return all_texts()


def written(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_of_the_applicant_side_is_translated(texts: Sequence[Text], language: str) -> None:
    lacking = [f"{text.places[0]}: {text.words}" for text in missing(texts, language)]
    assert lacking == [], HOW


@pytest.mark.parametrize("language", TRANSLATED)
def test_figures_and_names_stand_in_every_translation(language: str) -> None:
    wrong = [
        (words, said)
        for words, said in translations(language).items()
        if said and sorted(PLACE.findall(words)) != sorted(PLACE.findall(said))
    ]
    assert wrong == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_stands_around_a_text_stands_around_its_translation(language: str) -> None:
    said = [(words, other) for words, other in translations(language).items() if other]
    assert [
        words for words, other in said if (words[0] == " ", words[-1] == " ") != (other[0] == " ", other[-1] == " ")
    ] == []
    assert [words for words, other in said if words.endswith(".") != other.endswith(".")] == []
    assert [words for words, other in said if "\n" in words or "\n" in other] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_other_programs_read_the_catalogue_as_we_do(language: str) -> None:
    content = file_of(language).read_bytes()
    theirs = read_po(BytesIO(content), locale=language)
    assert {str(one.id): str(one.string) for one in theirs if one.id} == translations(language)
    assert not theirs.obsolete
    assert not any(one.fuzzy for one in theirs if one.id)
    assert list(theirs.check()) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_words_are_those_of_the_funding_and_tenders_portal(language: str) -> None:
    say = translator(language)
    assert {words: say(words) for words in SAMPLES[language]} == SAMPLES[language]


def test_a_text_without_a_translation_stays_english() -> None:
    assert {translator(language)("Nobody ever said this.") for language in (*LANGUAGES, "mt")} == {
        "Nobody ever said this."
    }
    assert translations("mt") == {}
    assert translator("fr")("") == ""


def test_a_template_holds_the_words_of_its_environment() -> None:
    sources = {language: environment(language).from_string('{{ _("Save") }}').render() for language in LANGUAGES}
    assert sources == {"en": "Save", "fr": "Enregistrer", "de": "Speichern"}


def test_a_doubtful_translation_does_not_count_and_lines_are_joined(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "messages.po",
        'msgid ""\nmsgstr "Language: fr\\n"\n\n#: a.html\n#, fuzzy\nmsgid "One"\nmsgstr "Un"\n\n'
        'msgid "Two \\"words\\" "\n"and a line"\nmsgstr ""\n"Deux « mots » "\n"et une ligne"\n\nmsgid "Three"\nmsgstr ""\n',
    )
    assert read(path) == {'Two "words" and a line': "Deux « mots » et une ligne", "Three": ""}


def test_texts_of_a_template_are_found_in_choices_and_tables(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "page.html",
        "{# _('A comment') #}{% set words = {'a': ('First words', 'ok'), 'b': 'Second'} %}<p title=\"{{ _('Title') }}\">"
        '{{ _("One") if n == 1 else _("Many") }}{{ _("Yes" if n else "No") }}{{ _(words[n]) }}{{ _("Kept %(n)s")|format(n=n) }}</p>',
    )
    assert sorted(set(from_templates.texts_of(path))) == [
        "First words", "Kept %(n)s", "Many", "No", "One", "Second", "Title", "Yes",
    ]  # fmt: skip


def test_texts_of_a_module_are_found_where_they_are_shown_later(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "module.py",
        '"""Documentation of the module."""\n'
        'WORDS = {State.DRAFT: ("in preparation", "info"), State.OPEN: ("open", "ok")}\n'
        "def judge(say, names):\n"
        '    """Documentation of the function."""\n'
        '    if not names: raise TypeError("A programmer\'s mistake.")\n'
        '    log.info("This is only logged.")\n'
        '    words = "{name} has no costs."\n'
        '    yield Violation("budget.empty", words, "budget/partner", {}, cure="Enter costs.")\n'
        '    yield Violation("budget.late", "Too late", "deadline day")\n'
        '    return say("1 finding") if names == "one of them" else say("%(count)s findings") % {"count": 2}\n',
    )
    whole = [
        "%(count)s findings",
        "1 finding",
        "Enter costs.",
        "Too late",
        "in preparation",
        "open",
        "{name} has no costs.",
    ]
    assert sorted(from_python.texts_of(path, tables=True, lone=True)) == whole
    assert "open" not in list(from_python.texts_of(path, tables=True, lone=False))
    assert "in preparation" not in list(from_python.texts_of(path, tables=False, lone=False))


def test_members_of_a_list_are_said_in_words(tmp_path: Path) -> None:
    path = written(
        tmp_path, "types.py", 'class RegionCategory(StrEnum):\n    """Of regions."""\n\n    LESS = "less_developed"\n'
    )
    assert list(from_lists.texts_of(path)) == ["less developed", "less developed region"]


@pytest.mark.parametrize(
    ("where", "applicants"),
    [
        ("templates/applicant/budget.html", True),
        ("templates/emails/partner_invited.txt", True),
        ("app/applications/rules/limits.py", True),
        ("app/web/pages.py", True),
        ("templates/officer/call.html", False),
        ("app/web/officer/call.py", False),
        ("app/evaluation/rules/scores.py", False),
        ("templates/components/ranking.html", False),
    ],
)
def test_the_applicant_side_is_what_people_see_before_the_grant(where: str, *, applicants: bool) -> None:
    assert is_applicant_side(where) is applicants


def test_make_messages_changes_nothing_on_a_clean_tree(
    texts: Sequence[Text], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--check"]) == 0, HOW
    assert "without a translation: fr 0, de 0" in capsys.readouterr().out
    assert {language: file_of(language).read_text(encoding="utf-8") for language in TRANSLATED} == {
        language: content_of(texts, language, read(file_of(language))) for language in TRANSLATED
    }, HOW
