"""What people tell of a PDSA cycle, stage by stage, before it is in the record."""

from datetime import date
from typing import Literal

from sqlmodel import Field, SQLModel

QUESTION = "Will it happen as we predict?"


class CycleDraft(SQLModel):
    """The quick form, with what *More* adds; `prediction` is absent only where the test already ran."""

    change: str = Field(min_length=1, max_length=3000)
    prediction: str | None = Field(default=None, max_length=3000)
    due: date
    scale: Literal[
        "one_person", "one_day", "three_to_five", "one_unit", "all_shifts", "whole_site", "spread"
    ] = "one_person"  # fmt: skip
    question: str = Field(default=QUESTION, max_length=3000)
    objective: str = Field(default="", max_length=3000)
    tasks: str = Field(default="", max_length=3000)
    collecting: str = Field(default="", max_length=3000)
    asked: str = Field(default="", max_length=3000)
    idea: int | None = None
    measure: int | None = None


class Happened(SQLModel):
    """Do: whether the test was carried out as planned, and what happened."""

    carried_out: Literal["yes", "partly", "no"] = "yes"
    happened: str = Field(min_length=1, max_length=3000)
    problems: str = Field(default="", max_length=3000)


class Learned(SQLModel):
    """Study: the results against the prediction, and what we learned."""

    results: str = Field(default="", max_length=3000)
    matched: Literal["yes", "partly", "no"] | None = None
    learned: str = Field(min_length=1, max_length=3000)
