"""A template decides what is looked at first, in everything that a run leaves behind."""

from __future__ import annotations

import re

import numpy as np
import pytest

from data.errors import OptionError
from pipelines.evaluation.judgement import Judgement
from pipelines.registry import all_tasks
from pipelines.report.document import document
from pipelines.report.html import report_page
from pipelines.report.reproduce import command_line
from pipelines.report.text_table import run_table
from pipelines.task import Task
from tests.triage import CAUTION, TASK, triaged

TWO = ("broken", "fine")
THREE = ("broken belt", "broken motor", "fine")


def test_the_usual_template_changes_nothing() -> None:
    found = triaged(*TWO, template="general")
    assert found.judged is not None
    assert found.judged.scores["words"][0].name == "accuracy"
    assert found.judged.verdict.startswith("On 240 labelled rows Words is right")
    assert CAUTION not in found.warnings


@pytest.mark.parametrize("classes", [TWO, THREE])
def test_the_verdict_speaks_first_of_what_is_found(classes: tuple[str, ...]) -> None:
    judged = triaged(*classes).judged
    assert judged is not None
    name = " or ".join(classes[:-1])
    assert re.match(
        rf"On 240 labelled rows Words finds [\d.]+ % \(sensitivity, [\d.]+ to [\d.]+\) of the "
        rf"{240 * (len(classes) - 1) // len(classes)} rows that are {name} and leaves [\d.]+ % "
        rf"\(specificity, [\d.]+ to [\d.]+\) of the {240 // len(classes)} others alone\.",
        judged.verdict,
    )


def test_merged_classes_have_real_scores_in_the_report() -> None:
    found = triaged(*THREE)
    assert found.judged is not None
    detail: Judgement = found.judged.detail
    labels = detail.system("words").labels
    of_them = np.isin(detail.truth, [0, 1])
    report = document(found)
    entry = next(run for run in report["runs"] if run["model"] == "words")
    sensitivity, specificity = entry["scores"][:2]
    assert (sensitivity["name"], specificity["name"]) == ("sensitivity", "specificity")
    assert sensitivity["value"] == pytest.approx(np.isin(labels, [0, 1])[of_them].mean())
    assert specificity["value"] == pytest.approx((labels == 2)[~of_them].mean())
    assert (sensitivity["n"], specificity["n"]) == (160, 80)
    assert sensitivity["signature"].startswith("wilson|")
    assert report["options"]["template"] == "breakdowns"
    assert any(each["metric"] == "sensitivity" for each in report["comparisons"])


def test_the_caution_stands_first_in_report_and_page() -> None:
    found = triaged(*THREE)
    assert document(found)["warnings"][0] == CAUTION
    assert found.warnings[1].startswith("“broken belt” and “broken motor” count as one")
    assert any(text.startswith("To find at least 90 % of broken belt or") for text in found.warnings)
    page = report_page(found)
    assert page.index(CAUTION) < page.index("count as one")
    unlabelled = triaged("broken", labelled=False)
    assert unlabelled.judged is None
    assert unlabelled.warnings[0] == CAUTION and CAUTION in report_page(unlabelled)


def test_tables_show_the_metrics_of_the_template_first() -> None:
    assert run_table(triaged(*TWO)).split()[:3] == ["model", "sensitivity", "specificity"]
    assert run_table(triaged(*TWO, template="general")).split()[1] == "accuracy"
    page = report_page(triaged(*TWO))
    models = page[page.index("Models side by side"):]
    columns = re.findall(r'<th scope="col"[^>]*><bdi>([^<]+)', models)[:6]
    assert columns == ["Model", "Sensitivity", "Gain on baseline", "p", "Specificity", "Accuracy"]
    assert "the best by sensitivity and specificity first" in models


def test_a_baseline_that_flags_everything_is_not_sold_as_the_better_one() -> None:
    found = triaged(*THREE)
    assert found.judged is not None
    majority = {score.name: score.value for score in found.judged.scores["majority"]}
    assert (majority["sensitivity"], majority["specificity"]) == (1, 0)
    page = report_page(found)
    models = page[page.index("Models side by side"): page.index("Class by class")]
    assert re.search(r"Words has a sensitivity of 0\.\d+ at a specificity of [01]\.\d+, the baseline "
                     r"one of 1\.000 at 0\.000", models)
    rows = re.findall(r'<th scope="row">\s*<bdi>([^<]+)', models)
    assert rows == ["Words", "Most frequent class"]


def test_a_class_that_stands_first_in_the_alphabet_can_be_the_one_to_find() -> None:
    judged = triaged(*TWO).judged
    assert judged is not None and judged.purpose is not None
    assert judged.purpose.positives == ("broken",) and judged.detail.positives == (0,)


def test_classes_that_the_user_names_are_taken_and_repeated_by_the_command() -> None:
    found = triaged("a", "b", "c", positive="c")
    assert found.judged is not None and found.judged.detail.positives == (2,)
    command = command_line(found)
    assert "--set=template=breakdowns" in command and "--set=positive=c" in command
    with pytest.raises(OptionError, match="names “d”"):
        triaged("a", "b", "c", positive="d")


def test_without_a_class_to_find_the_run_says_so_and_goes_on() -> None:
    found = triaged("a", "b", "c")
    assert found.judged is not None
    assert "No class of 3 says" in found.warnings[1]
    assert found.judged.verdict.startswith("On 240 labelled rows Words is right")


@pytest.mark.parametrize(
    "task", [TASK, *(task for task in all_tasks() if task.templates)], ids=lambda task: task.slug
)
def test_templates_say_what_a_person_needs(task: Task) -> None:
    assert len({each.id for each in task.templates}) == len(task.templates)
    usual = task.templates[0]
    assert usual.wanted is None and not usual.caution, "nobody chose the first one"
    for each in task.templates:
        assert each.title and each.summary.endswith(".")
        assert set(each.first) <= set(task.metrics)
        assert not each.caution or each.caution.endswith(".")
        assert each.wanted is None or 0 < each.wanted < 1
        assert all(word == word.casefold() for word in (*each.positive, *each.absent))
