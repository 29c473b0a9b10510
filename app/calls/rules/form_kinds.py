"""The application form of a call: sections, kinds of fields, conditions as data."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from app.calls.rules.values import Amount, Count, Part, Rule, Share, Slug, Words

AtLeastOne = Annotated[int, Field(ge=1, le=100_000)]
MEGABYTE = 1024 * 1024


class Condition(Part):
    """When something is asked: as data, so that page and server decide alike."""

    field: Slug
    comparison: Literal["equal", "not_equal", "one_of", "filled", "empty"] = Field(alias="is")
    value: str | int | bool | tuple[str, ...] | None = None


Meaning = Literal["acronym", "title", "abstract", "keywords", "duration", "start_date"]
"""Facts of every project that lists, letters and the public record show, whatever the field is called."""


class _Field(Rule):
    """One question of the form."""

    rule_id: ClassVar[str] = "form.required"

    id: Slug
    title: Words
    help: Words | None = None
    required: bool = True
    condition: Condition | None = None
    meaning: Meaning | None = None


class TextField(_Field):
    """Words of the applicant, counted as the page counts them."""

    limit_rule: ClassVar[str] = "form.word_limit"

    kind: Literal["text"] = "text"
    max_words: AtLeastOne
    lines: Literal["one", "many"] = "many"


class NumberField(_Field):
    """A whole number within limits; the duration in months has its limits among the ceilings of the call."""

    limit_rule: ClassVar[str] = "form.number_limits"

    kind: Literal["number"] = "number"
    minimum: int | None = None
    maximum: int | None = None
    unit: Words | None = None


class MoneyField(_Field):
    """An amount in euro within limits."""

    limit_rule: ClassVar[str] = "form.money_limits"

    kind: Literal["money"] = "money"
    minimum: Amount | None = None
    maximum: Amount | None = None


class DateField(_Field):
    """A day."""

    limit_rule: ClassVar[str] = "form.date_limits"

    kind: Literal["date"] = "date"
    not_before_deadline: bool = False


class Option(Part):
    """One answer to choose."""

    id: Slug
    title: Words


class ChoiceField(_Field):
    """One of several answers."""

    limit_rule: ClassVar[str] = "form.unknown_choice"

    kind: Literal["choice"] = "choice"
    options: tuple[Option, ...] = Field(min_length=2)


class MultiChoiceField(_Field):
    """Several of several answers."""

    limit_rule: ClassVar[str] = "form.choice_count"

    kind: Literal["multi_choice"] = "multi_choice"
    options: tuple[Option, ...] = Field(min_length=2)
    minimum: Count = 0
    maximum: AtLeastOne | None = None


class Column(Part):
    """A column of a table."""

    id: Slug
    title: Words
    kind: Literal["text", "number", "money", "date"] = "text"
    max_words: AtLeastOne | None = None
    required: bool = True


class TableField(_Field):
    """Rows of the applicant, such as work packages, deliverables or milestones."""

    limit_rule: ClassVar[str] = "form.table_rows"

    kind: Literal["table"] = "table"
    columns: tuple[Column, ...] = Field(min_length=1, max_length=12)
    min_rows: Count = 0
    max_rows: AtLeastOne = 50


class FileField(_Field):
    """A document to upload. Pages beyond the limit are kept, marked and disregarded, never refused."""

    limit_rule: ClassVar[str] = "form.file_limits"
    pages_rule: ClassVar[str] = "form.page_limit"

    kind: Literal["file"] = "file"
    accept: tuple[Literal["pdf"], ...] = ("pdf",)
    max_pages: AtLeastOne | None = None
    max_bytes: Annotated[int, Field(ge=1024, le=100 * MEGABYTE)] = 10 * MEGABYTE
    beyond: Literal["pages_disregarded"] = "pages_disregarded"


class ConfirmationField(_Field):
    """A statement that the applicant confirms; required means: must be confirmed."""

    kind: Literal["confirmation"] = "confirmation"
    statement: Words


class ActivitiesField(_Field):
    """The activities of the call (eligibility kind ``required_activities``) with a plan for each chosen one."""

    kind: Literal["activities"] = "activities"
    max_words: AtLeastOne = 300


class IndicatorCounts(StrEnum):
    """What the program itself counts towards an indicator: exchanges that were recorded and not reversed."""

    EXCHANGES = "exchanges"
    EXCHANGES_WITH_SMES = "exchanges_with_smes"


class Indicator(Part):
    """A figure by which the project's result is measured."""

    id: Slug
    title: Words
    unit: Words
    baseline: Count | None = None
    target: Count | None = Field(default=None, description="The least that the call asks for; None where free.")
    share_of: Slug | None = Field(default=None, description="Another indicator of which this one is a part.")
    minimum_share: Share | None = None
    counts: IndicatorCounts | None = Field(default=None, description="None where only the consortium knows the figure.")


class IndicatorsField(_Field):
    """Targets that the applicant promises."""

    limit_rule: ClassVar[str] = "form.indicator_target"
    share_rule: ClassVar[str] = "form.indicator_share"

    kind: Literal["indicators"] = "indicators"
    indicators: tuple[Indicator, ...] = Field(min_length=1)


class PartnershipField(_Field):
    """The partnership: coordinator, partners, affiliated and associated entities."""

    kind: Literal["partnership"] = "partnership"


class BudgetField(_Field):
    """The budget per partner and cost category."""

    kind: Literal["budget"] = "budget"


FormField = Annotated[
    TextField
    | NumberField
    | MoneyField
    | DateField
    | ChoiceField
    | MultiChoiceField
    | TableField
    | FileField
    | ConfirmationField
    | ActivitiesField
    | IndicatorsField
    | PartnershipField
    | BudgetField,
    Field(discriminator="kind"),
]


class Section(Part):
    """A page of the form."""

    id: Slug
    title: Words
    guidance: Words | None = None
    condition: Condition | None = None
    stages: tuple[Slug, ...] = Field(default=(), description="Stages that ask it; none means all.")
    fields: tuple[FormField, ...] = Field(min_length=1)


class Form(Part):
    """Everything an applicant answers."""

    sections: tuple[Section, ...] = Field(min_length=1)

    def fields(self) -> Iterator[tuple[Section, FormField]]:
        """Every field with its section, in the order of the form."""
        for section in self.sections:
            for field in section.fields:
                yield section, field

    def field(self, field_id: str) -> FormField:
        """The field of that id; raise KeyError where there is none."""
        for _, field in self.fields():
            if field.id == field_id:
                return field
        raise KeyError(field_id)

    def section(self, section_id: str) -> Section:
        """The section of that id; raise KeyError where there is none."""
        for section in self.sections:
            if section.id == section_id:
                return section
        raise KeyError(section_id)

    def meaning(self, meaning: Meaning) -> FormField | None:
        """The field that holds a fact of the project, or None where the form does not ask it."""
        return next((field for _, field in self.fields() if field.meaning == meaning), None)

    def indicators(self) -> tuple[Indicator, ...]:
        """Every indicator that the form asks a target for."""
        return tuple(
            indicator
            for _, field in self.fields()
            if isinstance(field, IndicatorsField)
            for indicator in field.indicators
        )
