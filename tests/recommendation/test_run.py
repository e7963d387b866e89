"""From a file of orders to lists: on the command line, over HTTP's function, and from a bundle."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.errors import DataError, OptionError
from pipelines.bundle import ABOUT, pack, unpack
from pipelines.cli import main
from pipelines.commands import RunCommand, run_command
from pipelines.experiment import Experiment
from pipelines.predict import predict_records
from pipelines.recommendation import choosing
from pipelines.recommendation.lists import SHORT
from pipelines.recommendation.methods.ease import Ease
from pipelines.recommendation.pipeline import NOBODY, NOTHING_KNOWN, UNKNOWN_ITEM
from pipelines.report.document import document
from pipelines.report.html import report_page
from pipelines.report.predictions import prediction_table

TASTES = {"a": ("a1", "a2", "a3", "a4", "a5", "a6"), "b": ("b1", "b2", "b3", "b4", "b5", "b6")}


def orders(seed: int = 0, users: int = 60) -> pd.DataFrame:
    """Two camps of users who each take five of the six items of their camp, one a day."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(users):
        camp = "ab"[number % 2]
        for day, item in enumerate(rng.permutation(TASTES[camp])[:5]):
            rows.append((f"u{number}", item, f"2026-03-{day + 1:02d}", camp))
    return pd.DataFrame(rows, columns=["customer", "sku", "ordered", "segment"])


@pytest.fixture(scope="module")
def run(folder: Path) -> Experiment:
    return run_command(RunCommand(
        task="recommendation", data=(folder / "orders.csv", folder / "items.csv"),
        models=("ease", "item-neighbours"), settings={"budget": "0"},
    ))


def camps(items: list[str]) -> set[str]:
    return {item[0] for item in items}


def test_roles_are_told_by_name_and_titles_come_from_the_second_file(run: Experiment) -> None:
    assert dict(run.request.dataset.roles) == {
        "user": "customer", "item": "sku", "time": "ordered", "title": "title",
        "attributes": "category", "group": "segment",
    }
    lessons = run.runs[0].predictions.lessons
    assert lessons.catalogue.titles[lessons.item_at["a1"]] == "Thing A1"
    assert "c1" in lessons.item_at, "an item nobody took can be offered"


def test_the_last_items_judge_and_nothing_after_them_is_learnt_from(run: Experiment) -> None:
    lessons = run.runs[0].predictions.lessons
    assert run.split.kind == "temporal" and run.split.test_rows == 60
    held = run.truth
    assert held is not None and len(run.tested) == 60
    last = orders().groupby("customer")["sku"].last()
    for row in run.tested:
        user = run.runs[0].predictions.users[row]
        found = [lessons.all.items[item] for item in held.iloc[row]]
        assert found == [last[user]]
        taken = lessons.taken[lessons.user_at[user]].indices
        assert not set(taken) & set(held.iloc[row])


def test_ease_finds_the_camp_of_everybody_and_beats_popularity(run: Experiment) -> None:
    assert run.judged is not None
    scores = {name: {score.name: score.value for score in found}
              for name, found in run.judged.scores.items()}
    assert scores["ease"]["hit_rate@5"] == 1.0
    assert scores["ease"]["ndcg@10"] > scores["popular"]["ndcg@10"] + 0.1
    assert scores["ease"]["auc"] > scores["popular"]["auc"]
    assert "EASE" in run.judged.verdict and "not chance" in run.judged.verdict


def test_report_holds_the_split_and_every_score(run: Experiment) -> None:
    report = json.loads(json.dumps(document(run)))
    assert report["split"] == {
        "kind": "temporal", "train": 180, "validation": 60, "test": 60, "rule": "temporal"
    }
    names = {score["name"] for score in report["runs"][1]["scores"]}
    assert {"ndcg@10", "recall@10", "precision@10", "map@10", "mrr@10", "hit_rate@10",
            "coverage@10", "diversity@10", "novelty@10"} <= names


def test_download_lists_what_everybody_has_not_taken_at_all(run: Experiment) -> None:
    table = prediction_table(run, run.run_of("ease"))
    assert list(table)[:4] == ["user", "rank", "item", "title"]
    taken = orders().groupby("customer")["sku"].agg(set)
    for user, part in table.groupby("user"):
        assert not set(part["item"]) & taken[user]
        assert part["rank"].tolist() == list(range(1, len(part) + 1))
    first = table[table["rank"] == 1].set_index("user")["item"]
    assert all(first[user][0] == next(iter(items))[0] for user, items in taken.items())


TRAINING = [
    {"user": row.customer, "item": row.sku} for row in orders(users=40).itertuples()
]


def test_records_ask_by_user_by_history_and_for_similar_items() -> None:
    answer = predict_records(
        "recommendation", "ease",
        [{"user": "u1"}, {"history": ["a1", "a2"]}, {"item": "b1"}, {"user": "stranger"},
         {"history": ["no such item"]}, {"item": "no such item"}, {"history": []}],
        training=TRAINING,
    )
    known, new, similar, stranger, unknown, no_item, empty = answer.predictions
    assert camps(known["items"][:1]) == {"b"}
    assert len(known["items"]) == 7 and known["rule"] == SHORT.format(length=10)
    assert camps(new["items"][:4]) == {"a"} and not {"a1", "a2"} & set(new["items"])
    assert camps(similar["items"][:5]) == {"b"} and "b1" not in similar["items"]
    assert [each["rule"] for each in (stranger, unknown, no_item, empty)] == [
        NOBODY, NOTHING_KNOWN, UNKNOWN_ITEM, NOBODY
    ]
    assert len(stranger["items"]) == 10
    json.dumps(answer.predictions)


def test_a_record_gets_the_same_list_alone_as_in_company() -> None:
    records = [{"user": "u3"}, {"history": ["b2", "b5"]}]
    together = predict_records("recommendation", "ease", records, training=TRAINING).predictions
    alone = [
        predict_records("recommendation", "ease", [record], training=TRAINING).predictions[0]
        for record in records
    ]
    assert [each["items"] for each in together] == [each["items"] for each in alone]


@pytest.mark.parametrize("record", [
    {}, {"user": "a", "item": "b"}, {"user": None}, {"who": "a"}, {"history": "a"}, {"user": 1.5},
    {"history": [["a"]]}, "a", {"user": True},
])
def test_records_of_another_form_are_refused_in_a_sentence(record: object) -> None:
    with pytest.raises(DataError, match="Record 1 "):
        predict_records("recommendation", "ease", [record], training=TRAINING)


def test_without_rows_to_learn_from_the_sentence_says_what_to_do() -> None:
    with pytest.raises(OptionError, match="training"):
        predict_records("recommendation", "ease", [{"user": "u1"}])


@pytest.mark.parametrize("model", ["ease", "item-neighbours"])
def test_bundle_reads_back_and_gives_the_same_lists(run: Experiment, model: str) -> None:
    content = pack(run, run.run_of(model))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not [name for name in archive.namelist() if name.endswith((".pkl", ".npy", ".pt"))]
    bundle = unpack(content, "b.zip")
    batch = pd.DataFrame({"user": ["u1", "u2", "nobody"]})
    again, first = bundle.pipeline.predict(batch), run.run_of(model).pipeline.predict(batch)
    pd.testing.assert_frame_equal(again.frame(), first.frame())


def test_a_damaged_bundle_is_refused_in_a_sentence(run: Experiment) -> None:
    content = pack(run, run.run_of("ease"))
    with pytest.raises(DataError, match="damaged"):
        unpack(content[: len(content) // 2], "b.zip")
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            new.writestr(name, body if name == ABOUT else body[: len(body) // 2])
    with pytest.raises(DataError, match="damaged"):
        unpack(changed.getvalue(), "b.zip")


def test_command_line_scores_new_users_with_a_bundle(
    run: Experiment, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle, asked = tmp_path / "shop.zip", tmp_path / "who.csv"
    bundle.write_bytes(pack(run, run.run_of("ease")))
    pd.DataFrame({"customer": ["u1", "someone new"], "note": ["x", "y"]}).to_csv(asked, index=False)
    assert main(["predict", "--bundle", str(bundle), "--data", str(asked)]) == 0
    found = pd.read_csv(io.StringIO(capsys.readouterr().out))
    assert set(found["user"]) == {"u1", "someone new"}
    out = tmp_path / "lists.parquet"
    assert main(["predict", "--bundle", str(bundle), "--data", str(asked), "--out", str(out)]) == 0
    assert pd.read_parquet(out)["item"].tolist() == found["item"].tolist()


def test_a_bundle_is_served_by_its_name(
    run: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shop.zip").write_bytes(pack(run, run.run_of("ease")))
    with pytest.raises(OptionError, match="LITMUS_BUNDLES"):
        predict_records("recommendation", "bundle:shop", [{"user": "u1"}])
    monkeypatch.setenv("LITMUS_BUNDLES", str(tmp_path))
    answer = predict_records("recommendation", "bundle:shop", [{"user": "u1"}])
    assert camps(answer.predictions[0]["items"][:1]) == {"b"} and answer.model == "bundle:shop"
    for name in ("nothing", "../shop", "shop.zip", ""):
        with pytest.raises(OptionError, match="no bundle"):
            predict_records("recommendation", f"bundle:{name}", [{"user": "u1"}])
    with pytest.raises(OptionError, match="is of the task"):
        predict_records("sentiment", "bundle:shop", [{"text": "fine"}])


def test_files_for_training_and_testing_are_the_split(tmp_path: Path) -> None:
    table = orders()
    last = ~table.duplicated("customer", keep="last")
    table[~last].to_csv(tmp_path / "train.csv", index=False)
    table[last].to_csv(tmp_path / "test.csv", index=False)
    done = run_command(RunCommand(
        task="recommendation", data=(tmp_path / "test.csv",), train=tmp_path / "train.csv",
        models=("ease",), settings={"budget": "0"},
    ))
    assert done.split.kind == "given"
    assert (done.split.training_rows, done.split.test_rows) == (240, 60)
    assert done.judged is not None and done.judged.rows == 60


def given_files(folder: Path, models: tuple[str, ...]) -> Experiment:
    """One order stands twice in the training file, another in both files."""
    table = orders()
    last = ~table.duplicated("customer", keep="last")
    train, test = table[~last].assign(stars=5), table[last].assign(stars=1)
    train = pd.concat([train, train.iloc[:1]])
    test = pd.concat([test, train.iloc[4:5].assign(stars=1, ordered="2026-01-01")])
    train.to_csv(folder / "train.csv", index=False)
    test.to_csv(folder / "test.csv", index=False)
    return run_command(RunCommand(
        task="recommendation", data=(folder / "test.csv",), train=folder / "train.csv",
        models=models, settings={"budget": "5", "feedback": "implicit"}, roles={"rating": "stars"},
    ))


def test_what_teaches_is_told_by_the_training_file_alone(tmp_path: Path) -> None:
    done = given_files(tmp_path, ("blend",))
    learnt = done.runs[0].predictions.lessons.learnt
    # Five stars each, one order twice; neither the one star nor the day of the test file counts.
    assert sorted(learnt.weight.tolist()) == [5.0] * 239 + [10.0]
    assert learnt.time is not None
    assert learnt.time.min() == pd.Timestamp("2026-03-01").timestamp()
    assert done.split.test_rows == 60
    assert any("1 pair of a user and an item stands in both files" in each
               for each in done.warnings)
    assert [each for each in done.warnings if "repeat" in each] == [
        "1 row repeats a user and an item of an earlier row; each pair counts once."
    ]
    blend = done.run_of("blend").pipeline
    assert blend.recommender.settings["weights"] == "1.0,1.0,1.0"
    assert any("count alike" in note for note in blend.notes)
    assert not any("chosen on validation" in note for note in blend.notes)


def test_the_report_says_what_was_held_back_of_whom(run: Experiment, tmp_path: Path) -> None:
    assert "the latest interactions of each user, 60 in all; 60 users judge" in report_page(run)
    given = given_files(tmp_path, ("ease",))
    assert "the 60 interactions that only the file for testing has" in report_page(given)


def test_popular_lately_says_that_it_knows_the_future_but_not_under_one_cut(
    folder: Path, tmp_path: Path
) -> None:
    table = orders()
    table["ordered"] = (pd.Timestamp("2026-01-01") + pd.to_timedelta(
        np.random.default_rng(0).permutation(len(table)), unit="h")).astype(str)
    table.to_csv(tmp_path / "o.csv", index=False)

    def said(kind: str) -> bool:
        done = run_command(RunCommand(
            task="recommendation", data=(tmp_path / "o.csv",), models=("popular-recent",),
            settings={"budget": "0", "split": kind},
        ))
        return any("Popular lately" in each and "flattered" in each for each in done.warnings)

    assert said("temporal") and not said("global")


def test_a_model_that_needs_times_is_left_out_where_there_are_none(tmp_path: Path) -> None:
    orders()[["customer", "sku"]].to_csv(tmp_path / "o.csv", index=False)
    done = run_command(RunCommand(
        task="recommendation", data=(tmp_path / "o.csv",), models=("popular-recent", "ease"),
        settings={"budget": "0"},
    ))
    assert [each.card.id for each in done.runs] == ["popular", "ease"]
    assert any("Popular lately was left out" in each for each in done.warnings)


def test_settings_are_chosen_on_validation_entries_and_all_tried_are_kept(folder: Path) -> None:
    done = run_command(RunCommand(
        task="recommendation", data=(folder / "orders.csv",), models=("ease",),
        settings={"budget": "600"},
    ))
    choice = done.run_of("ease").pipeline.tried
    assert len(choice.tried) > 1 and not choice.stopped_early
    assert choice.settings in [trial.settings for trial in choice.tried]
    assert max(trial.ndcg for trial in choice.tried) == next(
        trial.ndcg for trial in choice.tried if trial.settings == choice.settings
    )


def chosen_under(folder: Path, budget: str) -> Experiment:
    return run_command(RunCommand(
        task="recommendation", data=(folder / "orders.csv",), models=("ease",),
        settings={"budget": budget},
    ))


def test_how_many_settings_are_tried_follows_from_the_size_and_the_budget(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Ease, "seconds", classmethod(lambda *_: 10.0))
    done = chosen_under(folder, "25")
    choice = done.run_of("ease").pipeline.tried
    assert (len(choice.tried), choice.unaffordable) == (2, len(Ease.grid()) - 2)
    assert not any("took far longer" in each for each in done.warnings)


def test_where_the_clock_ends_the_choice_a_warning_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choosing, "LEAST_PATIENCE", 0.0)
    monkeypatch.setattr(choosing, "PATIENCE", 0.0)
    done = chosen_under(folder, "600")
    assert len(done.run_of("ease").pipeline.tried.tried) == 1
    assert any("EASE" in each and "ended after 1 of 8" in each for each in done.warnings)
