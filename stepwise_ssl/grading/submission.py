"""A file that was handed in, as cells; what is no notebook of this homework gets a sentence."""

from __future__ import annotations

import ast
import codecs
import contextlib
import io
import json
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from typing import Any

import nbformat

from .cells import as_python
from .exported import with_marks

LARGEST = 20 << 20  # bytes of a file, and of the notebooks in a zip together
_MOST_CELLS, _MOST_CODE = 2000, 1 << 20  # of a notebook; characters of code
_MOST_FILES = 100  # notebooks in a zip
_TOO_MUCH = f"The notebook has more than {_MOST_CELLS} cells or {_MOST_CODE:,} characters of code."
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_CHECKED = re.compile(r"""check\(\s*["'](\d+)\.\d+(?:v\d+)?["']""")
_MARK = re.compile(r"^# ?(?:%%|In ?\[[ \d]*\]:)", re.M)  # of Jupyter's export, and older editors
_ABOUT = re.compile(r"^(NAME|NUMBER|HELP)[ \t]*=[ \t]*([^\n#]*)", re.M)
_CONTROLS = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # of others Python unpacks all at once


class Refused(ValueError):
    """The file cannot be graded; the message says why, to the student."""


@dataclass(frozen=True)
class Submission:
    """A notebook that was handed in.

    `cells` are its code cells with their numbers, counted from 1 over all cells. `about` holds what
    the student wrote into NAME, NUMBER and HELP, `made_for` the number that the file was made for,
    `notes` what had to be put right to read it.
    """

    cells: tuple[tuple[int, str], ...]
    texts: tuple[tuple[int, str], ...]
    about: dict[str, str]
    made_for: str = ""
    notes: tuple[str, ...] = ()

    @property
    def student(self) -> str:
        """The student's number, as written into the notebook."""
        return self.about.get("NUMBER", "").strip()


def is_work(path: PurePath) -> bool:
    """Whether a file is a notebook or a script by its name, as browsers and systems write it."""
    name = path.name.lower()
    return name.endswith((".ipynb", ".py", ".ipynb.txt", ".ipynb.json"))


def read(path: Path, chapter: int, homework: str) -> Submission:
    """Read what was handed in for a homework. Raises Refused, with a sentence."""
    try:
        return _read(path, chapter, homework)
    except Refused:
        raise
    except Exception as error:  # noqa: BLE001 formats have many readers, and each its own errors
        words = f"{path.name} is damaged, or no file of a known kind ({type(error).__name__})."
        raise Refused(words) from None


def _read(path: Path, chapter: int, homework: str) -> Submission:
    if path.is_symlink():  # to what the grader may read, such as the solution
        raise Refused("The file is a link to another one: hand in the file itself.")
    try:
        if path.stat().st_size > LARGEST:
            raise Refused(f"The file is larger than {LARGEST >> 20} MB. Clear the outputs.")
        data = path.read_bytes()
    except OSError as error:
        raise Refused(f"The file cannot be read: {error.strerror}.") from None
    right, refusals, count, taken = None, [], 0, ""
    for name, content in _files(path.name, data):
        try:
            notebook, notes = parse(name, content)
            _refuse_others(notebook, chapter, homework)
            right, count, taken = right or (notebook, notes), count + 1, taken or name
        except Refused as refusal:
            refusals.append(refusal)
    if right is None:
        raise refusals[0] if refusals else Refused("The zip holds no notebook (.ipynb).")
    notebook, notes = right
    if count > 1:
        notes = (*notes, f"{count} notebooks were handed in; the newest, {taken:.80}, is graded.")
    return _submission(notebook, notes)


def _files(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """The file, or the notebooks and scripts in a zip, the newest first."""
    if not data.startswith(b"PK\x03\x04"):
        yield name, data
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            left, count = LARGEST, 0
            entries = sorted(archive.infolist(), key=lambda e: e.filename)
            for entry in sorted(entries, key=lambda e: e.date_time, reverse=True):
                inner = PurePosixPath(entry.filename)
                hidden = any(part.startswith((".", "__MACOSX")) for part in inner.parts)
                if not is_work(inner) or hidden:
                    continue
                left, count = left - entry.file_size, count + 1
                if count > _MOST_FILES:
                    raise Refused(f"The zip holds more than {_MOST_FILES} notebooks.")
                if left < 0:
                    raise Refused(f"The zip's notebooks are larger than {LARGEST >> 20} MB.")
                if entry.compress_type not in _PACKED:
                    raise Refused("The zip is packed in an unusual way: make a plain one.")
                with archive.open(entry) as packed:  # no more than it says that there is
                    yield inner.name, packed.read(entry.file_size + 1)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        raise Refused(f"The zip cannot be opened: {error}.") from None


def parse(name: str, data: bytes) -> tuple[nbformat.NotebookNode, tuple[str, ...]]:
    """A notebook from the bytes of a file, and what was put right. Raises Refused."""
    if not data.strip():
        raise Refused("The file is empty.")
    text, notes = _text(data)
    if _MARK.search(text) and not text.lstrip().startswith("{"):
        import jupytext

        if len(text) > _MOST_CODE or len(_MARK.findall(text)) > _MOST_CELLS:
            raise Refused(_TOO_MUCH)
        # Without what stands before the first cell, unless it is code: in a header of YAML a few
        # lines can stand for more data than memory holds.
        text = _MARK.sub("# %%", with_marks(text))
        start = _MARK.search(text).start()
        code = re.search(r"^[ \t]*[^#\s]", text[:start], re.M)
        text = f"# %%\n{text}" if code else text[start:]
        return jupytext.reads(text, fmt="py:percent"), (*notes, "A script with cell marks.")
    if not text.lstrip().startswith("{"):
        raise Refused(f"{name} is no notebook: hand in the .ipynb file.")
    try:
        with warnings.catch_warnings(action="ignore"):  # of numbers of cells that come twice
            notebook = nbformat.reads(_without_outputs(text), as_version=4)
    except Refused:
        raise
    except RecursionError:
        raise Refused(f"{name} is nested too deep to be a notebook.") from None
    except Exception as error:  # noqa: BLE001 nbformat raises what its readers raise
        if isinstance(error, nbformat.reader.NotJSONError):
            raise Refused(
                f"{name} is cut off or damaged: it is not whole as JSON. Save it again and hand it "
                "in anew."
            ) from None
        raise Refused(f"{name} is no notebook that can be read ({type(error).__name__}).") from None
    return notebook, notes


def _without_outputs(text: str) -> str:
    """The notebook with its code and text alone: nothing else is graded, and to read it takes long.

    Raises Refused for too many cells. What is no JSON is left as it is.
    """
    try:
        content = json.loads(text)
    except ValueError:
        return text
    sheets = [content, *_dicts(content.get("worksheets"))]
    cells = [cell for sheet in sheets for cell in _dicts(sheet.get("cells"))]
    if len(cells) > _MOST_CELLS:
        raise Refused(_TOO_MUCH)
    for cell in cells:
        cell.pop("attachments", None)
        if "outputs" in cell:
            cell["outputs"] = []
        if "metadata" in cell:
            cell["metadata"] = {}
    return json.dumps(content)


def _dicts(items: Any) -> list[dict]:
    return [one for one in items if isinstance(one, dict)] if isinstance(items, list) else []


def _text(data: bytes) -> tuple[str, tuple[str, ...]]:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(encoding).removeprefix("\ufeff"), (f"Saved as {encoding}.",)
            except UnicodeDecodeError:
                break
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        pass
    if data[1:2] == b"\0":  # UTF-16 without its mark
        return data.decode("utf-16-le", errors="replace"), ("Saved as utf-16.",)
    return data.decode("cp1252", errors="replace"), ("Saved in another encoding than UTF-8.",)


def _cells(notebook: nbformat.NotebookNode, kind: str) -> Iterator[tuple[int, str]]:
    for number, cell in enumerate(notebook.get("cells", ()), 1):
        if isinstance(cell, dict) and cell.get("cell_type") == kind:
            source = cell.get("source", "")
            text = "".join(source) if isinstance(source, list) else str(source)
            yield number, _writable(text) if kind == "code" else clean(text)


def clean(text: str) -> str:
    """Text that can be shown everywhere: a terminal obeys signs that are no letters."""
    return _CONTROLS.sub("", _writable(text))


def _writable(text: str) -> str:
    """Text that can be written everywhere: half of a character, as JSON can name it, cannot, and
    many a database takes no zero."""
    return text.replace("\0", "").encode(errors="replace").decode()


def _chapter(notebook: nbformat.NotebookNode) -> int | None:
    """The chapter of most of the notebook's checks."""
    found = [int(n) for _, code in _cells(notebook, "code") for n in _CHECKED.findall(code)]
    return max(set(found), key=found.count) if found else None


def _refuse_others(notebook: nbformat.NotebookNode, chapter: int, homework: str) -> None:
    """Raise Refused for a notebook that is not of this homework."""
    of = _chapter(notebook)
    if of is not None and of != chapter:
        raise Refused(f"This is chapter {of}'s notebook, and the homework is on chapter {chapter}.")
    if not any(code.strip() for _, code in _cells(notebook, "code")):
        raise Refused("This is a notebook without code.")
    told = _mine(notebook).get("homework")
    if told is not None and told != homework:
        raise Refused(
            f"The notebook says that it belongs to another homework, {told!r:.60}; this one is "
            f"{homework!r}. Hand in the notebook that was handed out for this one."
        )


def _mine(notebook: nbformat.NotebookNode) -> dict:
    """What the hand-out wrote into the notebook's metadata."""
    mine = notebook.metadata.get("stepwise", {})
    return mine if isinstance(mine, dict) else {}


def _submission(notebook: nbformat.NotebookNode, notes: tuple[str, ...]) -> Submission:
    cells = tuple(_cells(notebook, "code"))
    if len(cells) > _MOST_CELLS or sum(len(code) for _, code in cells) > _MOST_CODE:
        raise Refused(_TOO_MUCH)
    made_for = clean(str(_mine(notebook).get("student", "")))[:100]
    texts = tuple(_cells(notebook, "markdown"))
    return Submission(cells, texts, about(cells), made_for, notes)


def about(cells: tuple[tuple[int, str], ...]) -> dict[str, str]:
    """NAME, NUMBER and HELP where a cell gives them as plain text; nothing is executed.

    In a cell that is no Python it is what stands behind the sign, such as a number without quotes
    that begins with a zero.
    """
    found: dict[str, str] = {}
    for _, code in cells:
        try:
            body = ast.parse(as_python(code)).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            for name, words in _ABOUT.findall(code):
                found.setdefault(name, clean(words.strip(" \t\r\"'"))[:500])
            continue
        for node in body:
            for target, value in _pairs(node):
                if isinstance(target, ast.Name) and target.id in ("NAME", "NUMBER", "HELP"):
                    with contextlib.suppress(ValueError):  # a number of too many digits
                        found.setdefault(target.id, clean(str(value))[:500])
    return found


def plain(number: str) -> str:
    """A number as a human reads it: signs that look alike, or are not seen, make no other."""
    text = unicodedata.normalize("NFKC", number).casefold()
    return "".join(c for c in text if unicodedata.category(c)[0] not in "CZ")


def _pairs(node: ast.stmt) -> Iterator[tuple[ast.expr, Any]]:
    """What a statement gives a plain value to, each with the value."""
    if isinstance(node, ast.AnnAssign):
        targets = [node.target]
    else:
        targets = node.targets if isinstance(node, ast.Assign) else []
    for target in targets:
        if isinstance(node.value, ast.Constant):
            yield target, node.value.value
        elif isinstance(node.value, ast.Tuple | ast.List) and isinstance(
            target, ast.Tuple | ast.List
        ):
            for one, value in zip(target.elts, node.value.elts, strict=False):
                if isinstance(value, ast.Constant):
                    yield one, value.value
