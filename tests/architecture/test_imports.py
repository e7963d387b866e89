"""The boundaries of the design, read from the source; each rule is also shown to catch a breach."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
ENTRY_FILES = ("streamlit_app.py", "asgi_app.py")
FOLDERS = ("data", "pipelines", "dashboard", "benchmarks", "tests")
SHOWS = ("streamlit", "plotly")
HEAVY = ("torch", "transformers", "sklearn")
LONGEST_FILE = 400


class Import(NamedTuple):
    """An imported module, and whether it is imported as soon as the file is."""

    name: str
    at_once: bool


def imports(source: str) -> Iterator[Import]:
    """Every import of a source file; those for type checkers alone are left out."""

    def walk(node: ast.AST, at_once: bool) -> Iterator[Import]:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            return
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, at_once)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield Import(f"{node.module}.{alias.name}", at_once)
        inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            yield from walk(child, at_once and not inside)

    yield from walk(ast.parse(source), True)


def within(name: str, *packages: str) -> bool:
    """Whether a module is one of the packages or inside one."""
    return any(name == package or name.startswith(package + ".") for package in packages)


def shown_outside_dashboard(path: str, source: str) -> list[str]:
    if path.startswith(("dashboard/", "tests/", "benchmarks/")) or path in ENTRY_FILES:
        return []
    return [found.name for found in imports(source) if within(found.name, *SHOWS)]


def against_the_direction(path: str, source: str) -> list[str]:
    forbidden = {"data": ("pipelines", "dashboard"), "pipelines": ("dashboard",)}
    above = forbidden.get(path.split("/")[0], ())
    return [found.name for found in imports(source) if within(found.name, *above)]


def task_imports_task(path: str, source: str) -> list[str]:
    if not path.startswith("pipelines/tasks/"):
        return []
    own = Path(path).with_suffix("").parts[2]
    return [
        found.name for found in imports(source)
        if within(found.name, "pipelines.tasks")
        and not within(found.name, f"pipelines.tasks.{own}")
    ]


def below_a_task(path: str, source: str) -> list[str]:
    if not path.startswith(("pipelines/evaluation/", "pipelines/runtime/")):
        return []
    return [found.name for found in imports(source) if within(found.name, "pipelines.tasks")]


def page_imports_page(path: str, source: str) -> list[str]:
    if not path.startswith("dashboard/pages/"):
        return []
    return [found.name for found in imports(source) if within(found.name, "dashboard.pages")]


def evaluation_imports_models(path: str, source: str) -> list[str]:
    if not path.startswith("pipelines/evaluation/"):
        return []
    return [found.name for found in imports(source) if within(found.name, "torch", "transformers")]


def judge_imports_judged(path: str, source: str) -> list[str]:
    if path != "pipelines/judging/ranking.py":
        return []
    return [found.name for found in imports(source) if within(found.name, "pipelines.recommendation")]


def device_named(path: str, source: str) -> list[str]:
    if not path.startswith("pipelines/") or path == "pipelines/runtime/device.py":
        return []
    return [
        str(node.value) for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        and re.fullmatch(r"(cpu|cuda|mps|xpu)(:\d+)?", node.value)
    ]


def unsafe_loading(path: str, source: str) -> list[str]:
    found = [each.name for each in imports(source) if within(each.name, "pickle", "dill", "joblib")]
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        keywords = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
        if keywords.get("trust_remote_code", "False") != "False":
            found.append("trust_remote_code")
        if ast.unparse(node.func) == "torch.load" and keywords.get("weights_only") != "True":
            found.append("torch.load without weights_only")
    return found


def too_long(path: str, source: str) -> list[str]:
    lines = source.count("\n")
    return [f"{lines} lines"] if lines > LONGEST_FILE else []


def caches_elsewhere(path: str, source: str) -> list[str]:
    if path == "dashboard/caching.py" or path.startswith("tests/"):
        return []
    return re.findall(r"st\.cache_(?:data|resource)\b", source)


Rule = Callable[[str, str], list[str]]
BREACHES: list[tuple[Rule, str, str]] = [
    (shown_outside_dashboard, "pipelines/report/html.py", "import plotly.graph_objects as go"),
    (shown_outside_dashboard, "data/profile.py", "def f():\n    import streamlit as st"),
    (against_the_direction, "data/roles.py", "from pipelines.task import Task"),
    (against_the_direction, "pipelines/cli.py", "from dashboard.jobs import Job"),
    (task_imports_task, "pipelines/tasks/images/cnn.py", "from pipelines.tasks.sentiment import X"),
    (task_imports_task, "pipelines/tasks/risk.py", "from pipelines.tasks import sentiment"),
    (below_a_task, "pipelines/evaluation/score.py", "import pipelines.tasks.sentiment"),
    (page_imports_page, "dashboard/pages/home.py", "from dashboard.pages.workspace import runs"),
    (evaluation_imports_models, "pipelines/evaluation/areas.py", "def f():\n    import torch.nn"),
    (judge_imports_judged, "pipelines/judging/ranking.py", "import pipelines.recommendation.ground"),
    (device_named, "pipelines/tasks/x.py", "model.to('cuda:0')"),
    (device_named, "pipelines/runtime/x.py", "where = 'cpu'"),
    (unsafe_loading, "pipelines/x.py", "load(name, trust_remote_code=True)"),
    (unsafe_loading, "pipelines/x.py", "torch.load(path)"),
    (unsafe_loading, "pipelines/x.py", "import pickle"),
    (too_long, "pipelines/x.py", "a = 1\n" * 401),
    (caches_elsewhere, "dashboard/session.py", "@st.cache_data\ndef f(): ..."),
]
RULES = list(dict.fromkeys(rule for rule, _, _ in BREACHES))


def sources() -> dict[str, str]:
    """The project's source by path."""
    files = [ROOT / name for name in ENTRY_FILES]
    for folder in FOLDERS:
        files += sorted((ROOT / folder).rglob("*.py"))
    return {str(file.relative_to(ROOT).as_posix()): file.read_text("utf-8") for file in files}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_source_keeps_the_rule(rule: Rule) -> None:
    broken = {path: found for path, source in sources().items() if (found := rule(path, source))}
    assert broken == {}


@pytest.mark.parametrize(
    ("rule", "path", "source"), BREACHES, ids=[f"{r.__name__}-{p}" for r, p, _ in BREACHES]
)
def test_the_rule_catches_a_breach(rule: Rule, path: str, source: str) -> None:
    assert rule(path, source)


def test_imports_for_type_checkers_are_no_breach() -> None:
    source = "if TYPE_CHECKING:\n    import torch\nelse:\n    import json"
    assert [found.name for found in imports(source)] == []


def test_heavy_libraries_are_not_imported_at_once_by_what_the_first_page_needs() -> None:
    lists = ("pipelines/task.py", "pipelines/registry.py", "pipelines/options.py",
             "pipelines/listing.py", "pipelines/runtime/device.py", "dashboard/navigation.py")
    files = {path: text for path, text in sources().items()
             if path in lists or re.fullmatch(r"pipelines/tasks/\w+/__init__\.py", path)}
    assert len(files) > len(lists)
    for path, text in files.items():
        assert not [f.name for f in imports(text) if f.at_once and within(f.name, *HEAVY)], path


def test_the_first_page_loads_no_model_library() -> None:
    script = (
        "import importlib, sys\n"
        "from streamlit.testing.v1 import AppTest\n"
        "from pipelines.registry import all_tasks\n"
        "assert all_tasks()\n"
        "page = AppTest.from_file('streamlit_app.py', default_timeout=60).run()\n"
        "assert not page.exception, page.exception\n"
        f"print('LOADED', [name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=180
    )
    assert done.returncode == 0, done.stderr
    assert "LOADED []" in done.stdout


def test_one_dependency_file_at_the_root() -> None:
    readable = ("uv.lock", "Pipfile", "environment.yml", "requirements.txt", "pyproject.toml")
    assert [name for name in readable if (ROOT / name).exists()] == ["requirements.txt"]


def test_every_requirement_is_pinned() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / name).read_text("utf-8").splitlines():
            if line and not line.startswith(("#", "-r ")):
                assert re.fullmatch(r"[\w.-]+==[\w.]+", line), line
