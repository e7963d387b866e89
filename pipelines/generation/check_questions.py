"""The questions of the fixed check and the rules that grade the replies."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

NUMBER = re.compile(r"-?\d+(?:,\d{3})*(?:\.\d+)?")
OPENING_WORDS = 30


@dataclass(frozen=True)
class Question:
    """A question, and whether a reply to it is right."""

    subject: str
    text: str
    grade: Callable[[str], bool]


def _names(*accepted: str) -> Callable[[str], bool]:
    """Right when the opening of a reply has one of the names as whole words."""
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, accepted))})\b", re.I)

    def grade(reply: str) -> bool:
        return pattern.search(" ".join(reply.split()[:OPENING_WORDS])) is not None

    return grade


def _number(expected: float) -> Callable[[str], bool]:
    """Right when the last number in the first line of a reply is the expected one."""

    def grade(reply: str) -> bool:
        line = next((line for line in reply.splitlines() if NUMBER.search(line)), "")
        numbers = NUMBER.findall(line)
        return bool(numbers) and float(numbers[-1].replace(",", "")) == expected

    return grade


def _words(reply: str) -> list[str]:
    return re.findall(r"[\w'’-]+", reply)


def _lines(reply: str) -> list[str]:
    return [line for line in reply.splitlines() if line.strip()]


def _is_json(reply: str) -> bool:
    try:
        return json.loads(reply) == {"city": "Rome"}
    except ValueError:
        return False


def _counts_to_five(reply: str) -> bool:
    return NUMBER.findall(reply) == ["1", "2", "3", "4", "5"]


FACTS = (
    ("What is the capital of France?", _names("Paris")),
    ("What is the capital of Japan?", _names("Tokyo")),
    ("Which planet is closest to the Sun?", _names("Mercury")),
    ("What is the chemical symbol for gold?", _names("Au")),
    ("Who wrote the play Hamlet?", _names("Shakespeare")),
    ("What is the largest ocean on Earth?", _names("Pacific")),
    ("How many legs does a spider have?", _names("8", "eight")),
    ("In which year did the Second World War end?", _names("1945")),
    ("What is the currency of the United Kingdom?", _names("pound", "pounds", "GBP", "sterling")),
    ("Which gas do plants take in from the air to grow?", _names("carbon dioxide", "CO2")),
    ("At how many degrees Celsius does water boil at sea level?", _names("100", "hundred")),
    ("On which continent is Egypt?", _names("Africa")),
)
ARITHMETIC = (
    ("What is 3 + 4? Answer with the number only.", _number(7)),
    ("What is 9 - 5? Answer with the number only.", _number(4)),
    ("What is 6 * 7? Answer with the number only.", _number(42)),
    ("What is 20 / 4? Answer with the number only.", _number(5)),
    ("What is 17 + 26? Answer with the number only.", _number(43)),
    ("What is 81 - 47? Answer with the number only.", _number(34)),
    ("What is 12 * 12? Answer with the number only.", _number(144)),
    ("What is 144 / 6? Answer with the number only.", _number(24)),
    ("What is 10 % of 250? Answer with the number only.", _number(25)),
    ("A lamp costs 15 euros. What do 3 lamps cost? Answer with the number only.", _number(45)),
    ("I have 50 apples and give 18 away. How many are left? Answer with the number only.",
     _number(32)),
    ("What is 305 + 498? Answer with the number only.", _number(803)),
)
INSTRUCTIONS = (
    ("Reply with the single word yes.", lambda reply: reply.strip(" .!\"'").lower() == "yes"),
    ("Reply with exactly one word: the opposite of hot.",
     lambda reply: len(_words(reply)) == 1 and reply.strip(" .!\"'").lower() in ("cold", "cool")),
    ("Write the word hello in capital letters, and nothing else.",
     lambda reply: reply.strip(" .!\"'") == "HELLO"),
    ("Count from 1 to 5 with digits, and write nothing else.", _counts_to_five),
    ("Name three fruits, separated by commas, and nothing else.",
     lambda reply: len(_lines(reply)) == 1 and reply.count(",") == 2 and len(_words(reply)) <= 6),
    ("Answer in exactly two words: who are you?", lambda reply: len(_words(reply)) == 2),
    ("Write one sentence about the sea that ends with an exclamation mark.",
     lambda reply: reply.endswith("!") and len(re.findall(r"[.!?]+", reply)) == 1),
    ("Write a question about the weather, and nothing else.",
     lambda reply: reply.endswith("?") and len(_lines(reply)) == 1),
    ("Repeat exactly this, and nothing else: blue table 42",
     lambda reply: reply.strip(" .\"'") == "blue table 42"),
    ('Reply with this JSON and nothing else: {"city": "Rome"}', _is_json),
    ("List two colours as bullet points that begin with a hyphen, and nothing else.",
     lambda reply: len(_lines(reply)) == 2
     and all(line.lstrip().startswith("- ") for line in _lines(reply))),
    ("Translate the English word dog to Spanish. Reply with the one word only.",
     lambda reply: reply.strip(" .!\"'").lower() == "perro"),
)
QUESTIONS: tuple[Question, ...] = tuple(
    Question(subject, text, grade)
    for subject, questions in (
        ("facts", FACTS), ("arithmetic", ARITHMETIC), ("instructions", INSTRUCTIONS)
    )
    for text, grade in questions
)
