"""Which classes have to be found is told by their names, or by the user."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data.errors import OptionError
from pipelines.options import Options
from pipelines.purpose import positive_classes, purpose_of
from pipelines.registry import find_task
from pipelines.task import Task, Template

DEFECTS = Template(
    id="defects", title="Defects", summary="Finding what is broken.", wanted=0.95,
    first=("sensitivity", "specificity"), caution="Keep a person in the line.",
    positive=("defect", "broken", "scratch", "dent", "不良"), absent=("good", "ok", "normal", "正常"),
)
GENERAL = Template(id="general", title="General", summary="Everything counts the same.")
TASK = replace(find_task("sentiment"), templates=(GENERAL, DEFECTS), scheme=None)


def purpose(*classes: str, **given: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    found = purpose_of(TASK, Options(TASK, {"template": "defects", **given}), classes)
    assert found is not None
    return found.positives, found.notes


@pytest.mark.parametrize(
    ("classes", "positives"),
    [
        (("defect", "good"), ("defect",)),
        (("bad one", "Good One"), ("bad one",)),
        (("def_front", "ok_front"), ("def_front",)),
        (("no_defect", "with_defect"), ("with_defect",)),
        (("defective", "non-defective"), ("defective",)),
        (("normal", "abnormal"), ("abnormal",)),
        (("not ok", "ok"), ("not ok",)),
        (("no", "yes"), ("yes",)),
        (("False", "True"), ("True",)),
        (("0", "1"), ("1",)),
        (("brokenLarge", "cable_swap", "good"), ("brokenLarge", "cable_swap")),
        (("dented", "scratches", "whole"), ("dented", "scratches")),
        (("不良品", "正常品"), ("不良品",)),
        (("defect-a", "defect-b"), ()),
        (("good", "ok"), ()),
        (("cat", "dog", "horse"), ()),
        (tuple("0123456789"), ()),
    ],
)
def test_classes_to_be_found_are_told_by_their_names(
    classes: tuple[str, ...], positives: tuple[str, ...]
) -> None:
    assert positive_classes(DEFECTS, classes) == positives


def test_what_was_taken_is_said_where_it_could_be_otherwise() -> None:
    assert purpose("defect", "good") == (("defect",), (DEFECTS.caution,))
    positives, (caution, note) = purpose("crazing", "patches", "scratches")
    assert positives == ("scratches",) and caution == DEFECTS.caution
    assert note.startswith("Of 3 classes “scratches” was taken")
    positives, notes = purpose("dent", "good", "scratch")
    assert positives == ("dent", "scratch") and notes[1].startswith("“dent” and “scratch” count as")
    positives, notes = purpose("a", "b")
    assert positives == ("b",) and "Neither “a” nor “b”" in notes[1]
    positives, notes = purpose("a", "b", "c")
    assert positives == () and "no sensitivity" in notes[1]


def test_the_user_names_them_in_any_case_and_order() -> None:
    assert purpose("a", "B", "c", positive=" C , b") == (("B", "c"), (DEFECTS.caution,))
    assert purpose("Good", "good", positive="Good")[0] == ("Good",)


@pytest.mark.parametrize(("given", "said"), [("d", "names “d”"), ("a,b,c", "names all classes")])
def test_names_that_cannot_be_are_refused_in_a_sentence(given: str, said: str) -> None:
    with pytest.raises(OptionError, match=said):
        purpose("a", "b", "c", positive=given)


def test_without_rows_that_judge_the_caution_stands_alone() -> None:
    found = purpose_of(TASK, Options(TASK, {"template": "defects", "positive": "x"}))
    assert found is not None
    assert (found.positives, found.wanted, found.notes) == ((), None, (DEFECTS.caution,))


def test_templates_bring_their_options_and_only_where_there_are_any() -> None:
    names = [option.name for option in TASK.options]
    assert names[-2:] == ["template", "positive"]
    option = TASK.options[-2]
    assert option.choices == ("general", "defects") and option.default == "general"
    with pytest.raises(OptionError, match="template"):
        Options(TASK, {"template": "other"})
    again = replace(TASK, title="The same")
    assert [option.name for option in again.options] == names
    plain = find_task("sentiment")
    assert "template" not in {option.name for option in plain.options}
    assert purpose_of(plain, Options(plain), ("a", "b")) is None
    only = replace(plain, templates=(GENERAL,))
    assert [option.name for option in only.options][-1] == "template"


def test_a_template_that_is_not_about_finding_has_no_classes_to_find() -> None:
    found = purpose_of(TASK, Options(TASK, {"positive": "nothing"}), ("defect", "good"))
    assert found is not None and found.template is GENERAL
    assert (found.positives, found.notes) == ((), ())


def test_a_task_finds_its_templates_by_their_ids() -> None:
    assert isinstance(TASK, Task)
    assert TASK.template("defects") is DEFECTS and TASK.template("none") is None
