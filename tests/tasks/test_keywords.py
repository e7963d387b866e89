"""Key phrases: candidates, rarity in a column, and what is chosen."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from pipelines.keywords.candidates import candidates
from pipelines.keywords.keyphrases import Rarity, frequent_words, keyphrases, rarity
from pipelines.keywords.stopwords import stopwords
from pipelines.pipeline import LoadConfig, Pipeline, TextPredictions
from pipelines.registry import find_model, find_task, make_pipeline

TASK = find_task("keywords")
STOP = stopwords("en")
TEXT = (
    "The electric scooter was parked in a bike lane. Electric scooters block the bike lane every "
    "day, and the city's parking rules are ignored. Parking rules exist since 2021."
)


def made(model: str, **settings: str) -> Pipeline:
    return make_pipeline(find_model(TASK, model), LoadConfig(settings=settings)).load()


def predicted(pipeline: Pipeline, *texts: str) -> TextPredictions:
    found = pipeline.predict(pd.DataFrame({"text": list(texts)}))
    assert isinstance(found, TextPredictions)
    return found


def test_candidates_are_runs_of_content_words_within_punctuation() -> None:
    found = [each.text for each in candidates("The red lamp, an old table and the red lamp.", STOP)]
    assert found == ["red", "red lamp", "lamp", "old", "old table", "table"]


def test_every_place_of_a_phrase_is_known() -> None:
    text = "Bike lane here; a BIKE\nLANE there, a bike, the bike lane's end."
    lane = next(each for each in candidates(text, STOP) if each.key == ("bike", "lane"))
    assert [text[start:end] for start, end in lane.spans] == ["Bike lane", "BIKE\nLANE", "bike lane"]
    assert lane.text == "Bike lane"


def test_adverbs_participles_numbers_and_letters_are_no_keywords() -> None:
    keys = {each.text for each in candidates(
        "slowly collected signatures, mail arrived, 2021, x, 7 lamps, speed, B2B", STOP
    )}
    assert {"collected signatures", "signatures", "mail", "lamps", "speed", "B2B"} <= keys
    assert not keys & {"slowly", "arrived", "mail arrived", "collected", "2021", "x", "7"}


def test_the_most_frequent_words_come_first_and_then_the_earliest() -> None:
    found = frequent_words(TEXT, 3)
    assert [each.text for each in found] == ["electric", "bike", "lane"]
    assert TEXT[found[0].start : found[0].end] == "electric"
    assert frequent_words("of the and", 3) == []


def test_rarity_is_smoothed_inverse_document_frequency() -> None:
    known = rarity(["a red lamp", "a red chair", "a blue chair"])
    assert known.counts[("red",)] == 2
    most = np.log(4) + 1
    np.testing.assert_allclose(known.of(("red",)), (np.log(4 / 3) + 1) / most)
    assert known.of(("green",)) == 1
    assert Rarity().of(("anything",)) == 1


def test_keyphrases_are_about_the_text_and_unlike_each_other() -> None:
    found = predicted(made("default", keywords="4"), TEXT)
    phrases = found.texts[0].split("; ")
    assert len(phrases) == 4
    assert any("scooter" in each for each in phrases)
    assert any("parking" in each for each in phrases)
    words = [word for each in phrases for word in each.lower().split()]
    assert len(words) == len(set(words))


def test_places_in_the_json_column_hold_the_phrases() -> None:
    for model in ("baseline", "default"):
        found = predicted(made(model), TEXT)
        listed = json.loads(found.columns["keywords"][0])
        assert "; ".join(each["text"] for each in listed) == found.texts[0]
        for each in listed:
            assert TEXT[each["start"] : each["end"]].lower() == each["text"].lower()
            assert -1 <= each["score"] <= 1


def test_what_stands_in_every_text_of_the_column_says_less() -> None:
    column = pd.DataFrame({"text": [
        f"Acme newsletter. {topic}. Acme newsletter, spring issue."
        for topic in ("Solar panels on the roof", "A pottery class", "Chess club for beginners",
                      "The harbour swim", "Two job openings")
    ]})
    fresh, studied = made("default", keywords="1"), made("default", keywords="1")
    studied.study(column)
    assert fresh.predict(column).frame()["prediction"][1] == "Acme newsletter"
    assert studied.predict(column).frame()["prediction"][1] == "pottery class"


def test_a_semicolon_never_splits_a_keyword() -> None:
    found = predicted(made("baseline", keywords="2"), "alpha;beta alpha;beta")
    assert found.texts[0] == "alpha; beta"


def test_stop_words_follow_the_language() -> None:
    assert "the" in stopwords("en") and "não" in stopwords("pt")
    assert stopwords("xx") == frozenset()
    found = frequent_words("A entrega não chegou e a entrega não foi paga ainda ontem.", 1)
    assert [each.text for each in found] == ["entrega"]


class Known:
    """An encoder whose embeddings are known; texts that it does not know are all alike."""

    def __init__(self, **vectors: tuple[float, float]) -> None:
        self.vectors = vectors

    def run(self, texts: list[str]) -> np.ndarray:
        return np.array([self.vectors.get(text, (1.0, 0.0)) for text in texts])


def chosen(text: str, most: int = 9, **vectors: tuple[float, float]) -> dict[str, float]:
    found = keyphrases(text, most, Known(**vectors), Rarity())  # type: ignore[arg-type]
    return {each.text: each.score for each in found}


def test_relevance_is_the_mean_of_how_often_and_how_near() -> None:
    # Twice and once, as the logarithm of one more: the one of one place has 0.6309.
    text = "The lamp of the river and the lamp."
    found = chosen(text, lamp=(0.0, 1.0), river=(0.8, 0.6))
    assert list(found) == ["river", "lamp"]
    assert found == pytest.approx({
        "river": (np.log(2) / np.log(3) + 0.8) / 2, "lamp": (1 + 0) / 2,
    }, abs=1e-4)


def test_pairs_of_words_come_before_longer_and_single_ones() -> None:
    assert list(chosen("The old red lamp.", 1)) == ["old red"]
    found = chosen("The old red lamp, and a chair.")
    # Weights of 1.5 and 1 over the largest, and a nearness of 1.
    assert found == pytest.approx({"old red": 1, "lamp": (1 / 1.5 + 1) / 2,
                                   "chair": (1 / 1.5 + 1) / 2}, abs=1e-4)


def test_a_phrase_that_shares_half_of_its_words_is_not_chosen_beside_another() -> None:
    found = chosen("The red lamp or a lamp shade.", lamp=(0.0, 1.0))
    assert list(found) == ["red lamp", "shade"]


def test_frequent_words_score_their_share_of_the_most_frequent() -> None:
    found = frequent_words("Lamp and lamp, sea and lamp; the sea or a chair, lamp.", 3)
    assert [(each.text, each.score) for each in found] == [
        ("Lamp", 1.0), ("sea", 0.5), ("chair", 0.25)
    ]


def test_no_phrase_says_a_word_twice() -> None:
    found = {each.key for each in candidates("Bike bike lane lane.", STOP)}
    assert found == {("bike",), ("lane",), ("bike", "lane")}
