"""Where the command line may not write, or is not heard any more, it ends in a sentence or quietly."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from data.errors import OptionError
from pipelines.cli import main
from pipelines.target_file import check_file, write_file

ENDINGS = (".csv", ".parquet")


@pytest.mark.parametrize("command", [["list"], ["--help"], ["run", "no-such-task", "--data", "x"]])
def test_an_output_that_nobody_reads_ends_the_command_quietly(command: list[str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "pipelines", *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as run:
        assert run.stdout is not None and run.stderr is not None
        run.stdout.close()
        said = run.stderr.read().decode()
    assert run.returncode in ((2,) if command[0] == "run" else (0, 141))
    assert "Traceback" not in said and "BrokenPipe" not in said


def test_messages_that_nobody_reads_do_not_matter_either() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "pipelines", "run", "no-such-task", "--data", "x"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    ) as run:
        assert run.stderr is not None
        run.stderr.close()
    assert run.returncode in (2, 141)


def test_a_target_that_cannot_be_written_is_refused_before_any_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "d.csv"
    folder.mkdir()
    targets = {
        str(folder): "is a folder", "/proc/x.csv": "no file can be written", "x.txt": "ends in",
        str(tmp_path / "no" / "x.csv"): "no folder",
    }
    for target, sentence in targets.items():
        # Neither file exists: had any work begun, that would have been said.
        code = main(["predict", "--bundle", "no.zip", "--data", "no.csv", "--out", target])
        said = capsys.readouterr().err
        assert code == 2 and sentence in said and said.count("\n") == 1
    assert sorted(tmp_path.iterdir()) == [folder]


def test_a_file_is_written_and_failing_to_is_said(tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    check_file(path, ENDINGS)
    write_file(path, b"a")
    check_file(path, ENDINGS)
    assert path.read_bytes() == b"a"
    with pytest.raises(OptionError, match="could not be written"):
        write_file(tmp_path, b"a")
