"""What is offered becomes packages of plain files, without a byte on disk."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from thor_metrics.errors import FileRefused
from thor_metrics.sources.package import open_package

CSV = b"Zaaknummer;Datum\nZ1;02-06-2026\n"


class Upload(io.BytesIO):
    """As Streamlit hands over a dropped file."""

    def __init__(self, name, data):
        super().__init__(data)
        self.name = name


def zipped(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def content(package):
    found = {}
    for member in package.members:
        with member.open() as stream:
            found[member.name] = stream.read()
    return found


def test_a_file(tmp_path):
    (tmp_path / "a.csv").write_bytes(CSV)

    [package] = open_package(tmp_path / "a.csv", max_mb=1)

    assert package.name == "a.csv"
    assert content(package) == {"a.csv": CSV}
    assert content(package) == {"a.csv": CSV}  # a member opens more than once
    assert package.members[0].size == len(CSV)


def test_several_paths_are_several_packages_in_order(tmp_path):
    for name in ("b.csv", "a.csv"):
        (tmp_path / name).write_bytes(CSV)

    packages = open_package([tmp_path / "b.csv", str(tmp_path / "a.csv")], max_mb=1)

    assert [package.name for package in packages] == ["b.csv", "a.csv"]


def test_a_folder_is_one_package_with_its_readable_files(tmp_path):
    folder = tmp_path / "export"
    (folder / "sub").mkdir(parents=True)
    (folder / "signals.csv").write_bytes(CSV)
    (folder / "sub" / "more.csv").write_bytes(CSV)
    (folder / "README.md").write_text("lees mij")
    (folder / ".DS_Store").write_bytes(b"\0")
    (folder / "statuses.csv.gz").write_bytes(gzip.compress(CSV))
    (folder / "zip.zip").write_bytes(zipped({"inner.csv": CSV}))

    [package] = open_package(folder, max_mb=1)

    assert content(package) == {
        "signals.csv": CSV,
        "statuses.csv": CSV,
        "sub/more.csv": CSV,
        "zip.zip/inner.csv": CSV,
    }


def test_gzip_reads_as_it_is(tmp_path):
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(CSV))

    [package] = open_package(tmp_path / "a.csv.gz", max_mb=1)

    assert content(package) == {"a.csv": CSV}
    assert package.members[0].size == len(CSV)


def test_zip_with_several_files_is_one_package():
    data = zipped(
        {"signals.csv": CSV, "map/statuses.csv": CSV, "__MACOSX/._x.csv": b"\0", "leeg.csv": b""}
    )

    [package] = open_package(Upload("export.zip", data), max_mb=1)

    assert package.name == "export.zip"
    assert content(package) == {"signals.csv": CSV, "map/statuses.csv": CSV}


def test_uploads_stay_in_memory(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("nothing may be opened on disk")

    monkeypatch.setattr(Path, "open", refuse)
    uploads = [Upload("a.csv", CSV), Upload("C:\\Users\\x\\b.zip", zipped({"c.csv": CSV}))]

    first, second = open_package(uploads, max_mb=1)

    assert content(first) == {"a.csv": CSV}
    assert second.name == "b.zip"
    assert content(second) == {"c.csv": CSV}


def test_parts_of_a_shapefile_dropped_together_are_one_package():
    parts = [
        Upload(f"plekken{suffix}", b"\0\0\x27\x0a" * 30) for suffix in (".dbf", ".shp", ".shx")
    ]

    [package] = open_package(parts, max_mb=1)

    assert package.name == "plekken.shp"
    assert len(package.members) == 3


def test_a_shapefile_by_its_path_brings_its_other_parts(tmp_path):
    for suffix in (".shp", ".shx", ".dbf", ".prj", ".txt"):
        (tmp_path / f"plekken{suffix}").write_bytes(b"PROJCS" * 20)

    [package] = open_package(tmp_path / "plekken.shp", max_mb=1)

    assert [member.name[-4:] for member in package.members] == [".shp", ".shx", ".dbf", ".prj"]


def test_a_workbook_under_another_name_is_let_in():
    data = zipped({"xl/workbook.xml": b"<x/>"})

    [package] = open_package(Upload("export.csv", data), max_mb=1)

    assert package.members[0].name == "export.csv"


def test_nothing_offered():
    with pytest.raises(FileRefused, match="geen bestand opgegeven"):
        open_package([], max_mb=1)


def test_the_limit_counts_what_comes_out(tmp_path):
    data = zipped({"a.csv": CSV * 20_000, "b.csv": CSV * 20_000})  # 620 kB each

    assert open_package(Upload("a.zip", data), max_mb=2)
    with pytest.raises(FileRefused, match="te groot: 1,2 MB"):
        open_package(Upload("a.zip", data), max_mb=1)
