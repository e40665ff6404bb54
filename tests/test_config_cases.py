"""One invalid file a rule: each says at its end (``#> line: message``) exactly what must be told of it, and where."""

from __future__ import annotations

from pathlib import Path

import pytest

from trayapp.config import Problem, Settings, load_controls, load_platforms, load_settings

CASES = Path(__file__).parent / "config_cases"
KINDS = frozenset({"http", "tls", "tcp"})
SYSTEMS = frozenset({"metastatus", "statuspage", "text"})
MARK = "#> "


def cases(folder: str) -> list[Path]:
    found = sorted((CASES / folder).glob("*.toml"))
    assert found
    return found


def expected(file: Path) -> list[str]:
    said = [line.removeprefix(MARK) for line in file.read_text("utf-8").splitlines() if line.startswith(MARK)]
    assert said, f"{file} does not say what is wrong with it"
    return said


def told(file: Path, problems: tuple[Problem, ...]) -> list[str]:
    """Without the name of the file, which every problem begins with."""
    assert {p.file for p in problems} == {str(file)}
    texts = [str(p) for p in problems]
    assert all(text.startswith(f"{file}:{p.line}: ") for text, p in zip(texts, problems, strict=True))
    return [text.removeprefix(f"{file}:") for text in texts]


@pytest.mark.parametrize("file", cases("platforms"), ids=lambda file: file.stem)
def test_a_platform_s_file(file: Path, tmp_path: Path) -> None:
    mine = tmp_path / file.name
    mine.write_bytes(file.read_bytes())
    platforms, problems = load_platforms([tmp_path], KINDS, SYSTEMS)
    assert told(mine, problems) == expected(file)
    assert platforms == ()


@pytest.mark.parametrize("file", cases("line"), ids=lambda file: file.stem)
def test_the_file_of_the_line(file: Path, tmp_path: Path) -> None:
    mine = tmp_path / "_line.toml"
    mine.write_bytes(file.read_bytes())
    _, problems = load_controls(KINDS, tmp_path)
    assert told(mine, problems) == expected(file)


@pytest.mark.parametrize("file", cases("settings"), ids=lambda file: file.stem)
def test_the_person_s_settings(file: Path) -> None:
    settings, problems = load_settings(file)
    assert told(file, problems) == expected(file)
    assert settings == Settings()
