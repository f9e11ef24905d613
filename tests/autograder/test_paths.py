"""Folders that code made which nobody trusts."""

import os
from pathlib import Path

import pytest

from autograder import paths


def test_a_folder_is_cleared_and_what_links_lead_to_is_left_alone(tmp_path):
    """An instructor's folder was given other rights through a link in what a student had left behind."""
    (tmp_path / "mine").mkdir(mode=0o500)
    left = tmp_path / "left"
    (left / "closed" / "inner").mkdir(parents=True)
    (left / "closed" / "inner" / "x.txt").write_text("x")
    for place in (left, left / "closed"):
        (place / "link").symlink_to(tmp_path / "mine")
        (place / "nowhere").symlink_to("/không/có")
    (left / "closed" / "inner").chmod(0)
    (left / "closed").chmod(0)
    paths.clear_folder(left)
    assert not list(left.iterdir()) and (tmp_path / "mine").stat().st_mode & 0o777 == 0o500


def test_folders_deeper_than_a_path_can_be_long(tmp_path):
    here = os.open(".", os.O_RDONLY)
    os.chdir(tmp_path)
    try:
        for _ in range(5000):
            Path("d").mkdir()
            os.chdir("d")
    finally:
        os.fchdir(here)
        os.close(here)
    (tmp_path / "d" / "x.txt").write_text("x")
    paths.discard_folder(tmp_path)
    assert not tmp_path.exists()


def test_what_cannot_be_removed_holds_nothing_up(tmp_path, monkeypatch):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "c.txt").write_text("c")

    def refused(*_, **__):
        raise PermissionError

    monkeypatch.setattr(os, "rename", refused)
    paths.clear_folder(tmp_path)
    assert [place.name for place in tmp_path.iterdir()] == ["a"]


def test_a_link_in_place_of_the_folder(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "x.txt").write_text("x")
    (tmp_path / "folder").symlink_to(tmp_path / "mine")
    paths.discard_folder(tmp_path / "folder")
    with pytest.raises(OSError, match="folder"):
        paths.clear_folder(tmp_path / "folder")
    assert (tmp_path / "mine" / "x.txt").read_text() == "x"
