"""What people call the roles of `evaluate`, and which roles were told by no name."""

from __future__ import annotations

from collections.abc import Sequence

from data.errors import OptionError
from pipelines.judging import Kind

# Other words for a role, where no role of the kind has that name itself.
WORDS = {
    "reference": "truth", "references": "truth", "ref": "truth", "gold": "truth",
    "label": "truth", "target": "truth", "expected": "truth", "human": "truth",
    "output": "prediction", "outputs": "prediction", "hypothesis": "prediction",
    "hyp": "prediction", "system": "prediction", "systems": "prediction",
    "candidate": "prediction", "predicted": "prediction", "pred": "prediction",
    "model": "prediction", "src": "source", "input": "source", "slice": "group",
    "probability": "score",
}


def role_called(word: str, kind: Kind) -> str:
    """The name of the role that a person calls so.

    Raises:
        OptionError: the kind has none, with those that it has.
    """
    known = [role.name for role in kind.roles]
    role = word if word in known else WORDS.get(word.casefold(), "")
    if role not in known:
        titles = ", ".join(
            role.name if role.name == role.title.lower() else f"{role.name} ({role.title.lower()})"
            for role in kind.roles
        )
        raise OptionError(
            f"Evaluation of {kind.name} has no role “{word}”; its roles are {titles}."
        )
    return role


def guessed_truth(kind: Kind, columns: Sequence[str]) -> str:
    """A sentence on a suggestion for `truth` that rests on no name; empty where a name says it."""
    role = next(role for role in kind.roles if role.name == "truth")
    if len(columns) != 1 or any(hint in columns[0].casefold() for hint in role.hints):
        return ""
    title = role.title.lower()
    return f"No column is named as the {title}, so “{columns[0]}” was taken for it: a guess."
