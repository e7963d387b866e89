"""The options of a run, read and checked once."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence

from data.errors import OptionError
from pipelines.task import Option, Task

SPLIT_OPTIONS = (
    Option(
        name="split",
        default="auto",
        label="Rows kept apart to test on",
        summary="how rows are kept apart from training; auto takes none when nothing is fitted, "
        "cross-validation up to 1,000 labelled rows, else random",
        choices=("auto", "none", "random", "temporal", "cross-validation"),
    ),
    Option(
        name="test", default="0.3", summary="share of rows kept for testing", low=0.05, high=0.9,
        label="Share to test on", unit="0.05 to 0.9",
    ),
    Option(name="folds", default="5", summary="folds of cross-validation", low=2, high=20,
           whole=True, label="Folds of cross-validation"),
)


def column_names(text: str) -> tuple[str, ...]:
    """The columns or ids that an option names; commas part them, and double quotes hold a comma."""
    row = next(csv.reader([text], skipinitialspace=True), [])
    return tuple(name.strip() for name in row if name.strip())


def columns_text(names: Sequence[str]) -> str:
    """Names of columns as `column_names` reads them."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(names)
    return line.getvalue() if names else ""


def in_words(task: Task, sentence: str) -> str:
    """A sentence that names options as the command line does, as a page names them.

    `bots=drop` becomes “Suspected bots: leave out”, and `the option bots` the setting of that title.
    """
    known = {option.name: option for option in task.options}

    def words(found: re.Match[str]) -> str:
        option = known.get(found.group("name"))
        if option is None:
            return found.group()
        choice = found.group("choice")
        title = option.label or option.title
        if choice is None:
            return f"the setting “{title}”" if found.group("the") else found.group()
        return f"{found.group('the') or ''}“{title}: {option.choice_title(choice)}”"

    return re.sub(
        r"(?<![\w-])(?P<the>the option )?(?P<name>[a-z_]+)(?:=(?P<choice>[\w.]*\w))?", words, sentence
    )


class Options(Mapping[str, str]):
    """Checked settings, with the defaults of the task filled in."""

    def __init__(self, task: Task, given: Mapping[str, str] | None = None) -> None:
        known = {option.name: option for option in task.options}
        values = {option.name: option.default for option in task.options}
        for name, text in (given or {}).items():
            if name not in known:
                raise OptionError(
                    f"{task.title} has no option “{name}”; its options are {', '.join(known)}."
                )
            values[name] = known[name].parse(str(text))
        self._values = values

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def number(self, name: str) -> float:
        """The value of a numeric option."""
        return float(self._values[name])
