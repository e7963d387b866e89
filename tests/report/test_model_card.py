"""The model card: what whoever is handed a model needs, and nothing of a stranger's obeyed."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from data import samples
from pipelines.bundle_about import CARD
from pipelines.cli import main
from pipelines.commands import RunCommand, run_command
from pipelines.evaluation.verdict import p_words
from pipelines.report.card import model_card
from pipelines.report.document import document
from pipelines.report.markdown import code_markdown, escaped, table_markdown
from pipelines.report.sections import Cell, Table
from pipelines.report.wording import clean
from pipelines.tabular.predictions import RiskPredictions
from pipelines.tasks.loan_risk.models import Blended, LinearRisk
from tests.report.test_html import HOSTILE, experiment

# A reader of Markdown that is not ours, with all that could do harm switched on.
READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
LOANS = Path(samples.__file__).parent / "loans" / "applications.csv"
TRICKS = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "![x](https://evil.example/x.png)",
    "[click](javascript:alert(1))", "https://evil.example", "<https://evil.example>",
    "www.evil.example",
    "`code`", "**bold**", "_soft_", "__bold__", "~~gone~~", "a | b", "# heading", "> quote", "- item",
    "+ item", "1. item", "1) item", "=====", "---", "***", "$\\alpha$", "&lt;b&gt;", "&#60;b&#62;",
    "\\", "\\*x\\*", "[x]: https://evil.example", "=cmd|' /C calc'!A0", "{{ 7 * 7 }}", "| --- |",
    "line\nbreak\n\n# heading", "a_b_c", "2 * 3 * 4", "x < 3 and y > 2", "```", "<!-- gone",
    "a@b.example", "\u202eevil\x00",
)


def parts(markdown: str) -> list[Token]:
    """All tokens, those within lines among them."""
    return [part for token in READER.parse(markdown) for part in (token, *(token.children or ()))]


def words(markdown: str) -> str:
    """The text that a reader sees, code left out."""
    said = (part.content for part in parts(markdown) if part.type in ("text", "text_special"))
    return "".join(said)


@pytest.mark.parametrize("trick", TRICKS)
def test_text_of_a_stranger_is_shown_as_it_is(trick: str) -> None:
    shown = " ".join(clean(trick).split())
    for before, after in (("", ""), ("- **Name:** ", ""), ("Said: ", " so.")):
        markdown = f"{before}{escaped(trick)}{after}"
        found = {part.type for part in parts(markdown)}
        plain = {"paragraph_open", "inline", "text", "text_special", "paragraph_close"}
        listed = {"bullet_list_open", "list_item_open", "strong_open", "strong_close",
                  "list_item_close", "bullet_list_close"}
        assert found <= (plain | listed if before.startswith("-") else plain)
        assert words(markdown) == f"{before.removeprefix('- ').replace('*', '')}{shown}{after}".strip()


def test_tables_keep_their_shape_whatever_is_in_them() -> None:
    table = Table("", ("a | b", "n"), tuple((trick, Cell("1", trick)) for trick in TRICKS))
    tokens = parts(table_markdown(table))
    assert sum(each.type == "tr_open" for each in tokens) == len(TRICKS) + 1
    assert sum(each.type == "td_open" for each in tokens) == 2 * len(TRICKS)
    assert not {"html_inline", "html_block", "link_open", "image", "code_inline", "em_open",
                "strong_open", "s_open"} & {each.type for each in tokens}


def test_code_is_not_closed_by_what_is_in_it() -> None:
    code = "run --data='```\n# heading\n````'"
    tokens = READER.parse(code_markdown(code))
    assert [each.type for each in tokens] == ["fence"] and tokens[0].content == f"{code}\n"


def test_plain_names_and_numbers_are_left_as_they_are() -> None:
    for text in ("debt_to_income", "+0.235 (+0.193 to +0.277)", "p < 0.001", "89.3 %", "“yes” (19.4 %)",
                 "2026-03-31 to 2026-04-01", "1.5 x", "-9", "a: b, c; d"):
        assert escaped(text) == text


def test_a_card_of_hostile_data_holds_no_html_link_or_picture() -> None:
    done = experiment(hostile=HOSTILE)
    for model in ("vader", "majority"):
        card = model_card(done, done.run_of(model))
        kinds = {part.type for part in parts(card)}
        assert not {"html_inline", "html_block", "link_open", "image", "code_inline"} & kinds
        assert "alert(1)" in words(card) and "\u202e" not in card
        headings = [each.content for each, before in zip(parts(card)[1:], parts(card), strict=False)
                    if before.type == "heading_open"]
        assert headings[1:] == [
            "What it is", "What it must not be used for", "What it learnt from", "How good it is",
            "Warnings", "How to repeat it",
        ]


def test_numbers_of_the_card_are_those_of_the_run_beside_the_baseline() -> None:
    done = experiment()
    assert done.judged is not None
    card = model_card(done, done.run_of("vader"))
    for model in ("vader", "majority"):
        score = next(each for each in done.judged.scores[model] if each.name == "accuracy")
        assert score.low is not None and score.high is not None
        written = f"{100 * score.value:.1f} % ({100 * score.low:.1f} to {100 * score.high:.1f})"
        row = next(line for line in card.splitlines() if line.startswith("| Accuracy |"))
        assert written in row
        # Whichever model a card is of, its own numbers stand first.
        own = model_card(done, done.run_of(model))
        row = next(line for line in own.splitlines() if line.startswith("| Accuracy |"))
        assert row.split("|")[2].strip() == written
    assert done.judged.named({"vader": "VADER"}).verdict.split(",")[0] in words(card)


def test_a_card_without_labels_says_that_nothing_is_known() -> None:
    done = experiment(labelled=False)
    card = model_card(done, done.run_of("vader"))
    assert "Nothing is known of how good it is" in card and "| Number |" not in card


def run(folder: Path, *more: str) -> int:
    return main(["run", "loan-risk", "--data", str(LOANS), "--model", "linear", "--set", "budget=0",
                 "--set", "texts=off", "--device", "cpu", *more])


def test_the_command_line_writes_bundles_with_their_cards(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "report"
    assert run(tmp_path, "--set", "protected=sex,age_band", "--out", str(out), "--bundles") == 0
    assert sorted(path.name for path in out.glob("*.zip")) == ["bundle-linear.zip"]
    with zipfile.ZipFile(io.BytesIO((out / "bundle-linear.zip").read_bytes())) as archive:
        card = archive.read(CARD).decode()
    for said in (
        "2024-01-01 to 2025-12-30",
        "the latest 894 rows; models learnt from the 2,106 rows before them",
        "from 2025-05-20 on", "“yes” in 173 of 894 (19.4 %)", "“yes” in 478 of 3,000",
        "age_band (protected); sex (protected)", "application (it is the identifier)",
        "purpose_note (texts are off)", "monthly_income (number)", "## How groups by sex fare",
        "| male |", "loss given default: 50.0 % of the exposure", "**Threshold:** ",
        "Consumer loans", "BSD-3 (scikit-learn)",
        "| sex | Rows | Approved | Ratio |",
    ):
        assert said in card
    capsys.readouterr()
    scored = tmp_path / "scored.csv"
    assert main(["predict", "--bundle", str(out / "bundle-linear.zip"), "--data", str(LOANS),
                 "--out", str(scored)]) == 0
    assert {"yes", "no"} >= {line.split(",")[-3] for line in scored.read_text().splitlines()[1:5]}


def test_the_card_says_why_the_line_is_drawn_where_it_is() -> None:
    for settings, words in (
        ({"template": "fraud", "capacity": "0.1"}, "so that 10.0 % of rows can be looked at, "),
        ({"template": "disease"}, "so that at least 95 % of new “yes” are found, chosen on"),
        ({"threshold": "0.4"}, "40.00 %: from this probability on a row is said to be “yes”; as the"),
        ({}, "where approving earns nothing by the terms below"),
    ):
        done = run_command(RunCommand(
            task="loan-risk", data=(LOANS,), models=("linear",), limit=600,
            settings={"budget": "0", "texts": "off", "split": "random", **settings},
        ))
        card = model_card(done, done.run_of("linear"))
        assert words in card
        assert ("**Terms:**" in card) == (settings.get("template") is None)
        first = card.split("## What it learnt from")[0]
        ill = settings.get("template") == "disease"
        assert ("This is no medical device" in first) == ill
        assert "decide about a person alone" in first
        assert ("declined in the past" in first) == ("template" not in settings)


def test_card_and_report_tell_how_groups_fare_by_the_decisions_of_the_scores() -> None:
    for settings in ({"template": "disease"}, {}):
        done = run_command(RunCommand(
            task="loan-risk", data=(LOANS,), models=("linear",), limit=600,
            settings={"budget": "0", "texts": "off", "split": "cross-validation",
                      "protected": "sex", **settings},
        ))
        run = done.run_of("linear")
        assert isinstance(run.predictions, RiskPredictions)
        below = run.predictions.risk < run.predictions.own_cuts
        people = done.request.dataset.table.frame["sex"].to_numpy()
        card = model_card(done, run)
        found = document(done)["fairness"][0]
        assert {each["name"] for each in found["groups"]} == set(people)
        for each in found["groups"]:
            share = float(below[people == each["name"]].mean())
            assert each["approval"]["value"] == pytest.approx(share)
            row = next(line for line in card.splitlines() if line.startswith(f"| {each['name']} "))
            assert row.split("|")[3].strip().startswith(f"{100 * share:.1f} %")
        words = card.split("## How groups by sex fare")[1].split("## ")[0].casefold()
        lends = not settings
        assert ("approved" in words) == ("four fifths" in words) == ("declined" in words) == lends
        ends = [run.predictions.own_cuts.min(), run.predictions.own_cuts.max()]
        assert found["thresholds_of_folds"] == ends and "the model of its fold, " in words


def test_what_a_bundle_holds_of_its_training_rows_is_said() -> None:
    for pipeline in (LinearRisk, Blended):
        assert "the score and the outcome" in pipeline.carries
    assert "training rows whole" in Blended.carries and "whole" not in LinearRisk.carries


def test_a_card_of_folds_says_who_was_judged_and_takes_the_test_of_the_verdict() -> None:
    done = run_command(RunCommand(
        task="loan-risk", data=(LOANS,), models=("linear", "scorecard"), limit=400,
        settings={"budget": "0", "texts": "off", "split": "cross-validation", "folds": "4"},
    ))
    judged = done.judged
    assert judged is not None
    for model in ("linear", "scorecard"):
        card = words(model_card(done, done.run_of(model)))
        assert "the figures below are of 4 other models, each judged on rows that it had not" in card
        assert "On 400 rows, by 4 models like it, each judged on rows that it had not learnt" in card
        assert "this one learnt from all of them" in card and "did not learn from" not in card
        lines = model_card(done, done.run_of(model)).splitlines()
        test = judged.decided("roc_auc", model, judged.baseline)
        score = next(each for each in judged.scores[model] if each.name == "roc_auc")
        assert test is not None and test.metric == "roc_auc_of_folds"
        p = p_words(test.p).removeprefix("p ").removeprefix("= ")
        row = next(line for line in lines if line.startswith("| ROC AUC |"))
        assert f"| {score.value:.3f} (" in row and row.endswith(f"| {p} |")
        assert any(line.startswith("| ROC AUC, mean of folds |") for line in lines)
        assert "roc auc of folds" not in card
    pooled = judged.detail.comparison("roc_auc", "linear", judged.baseline)
    assert pooled is not None and p_words(pooled.p) not in judged.verdict


def test_bundles_need_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, "--bundles") == 2
    assert capsys.readouterr().err.strip() == (
        "--bundles needs a folder to write to; name one with --out DIR."
    )
