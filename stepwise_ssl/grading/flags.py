"""What only a human can judge: lines of a submission that reach for more than an answer needs.

A flag takes no point away. It quotes the line for the instructor.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from . import modules, private, reached, texts
from .assignment import Asked, Assignment
from .cells import PYTHON_MAGIC, as_python, fingerprint
from .submission import Submission

# Modules and names, by what a reader of the line should look at.
_MODULES = {
    "reads the stack or the interpreter": ("inspect", "gc", "sys", "traceback", "tracemalloc"),
    "runs or hides code": (
        "importlib", "runpy", "code", "pickle", "cloudpickle", "dill", "marshal", "joblib",
        "ctypes", "cffi", "base64", "zlib", "builtins",
        "linecache", "pydoc", "pkgutil", "timeit",
    ),
    "starts processes or threads": (
        "subprocess", "multiprocessing", "threading", "concurrent", "signal", "atexit", "psutil",
        "asyncio",
    ),
    "uses the network": ("socket", "urllib", "requests", "http", "ftplib", "smtplib", "pooch"),
    "reads or writes files": ("shutil", "tempfile", "glob", "zipfile", "sqlite3", "mmap"),
}  # fmt: skip
_NAMES = {
    "reads the stack or the interpreter": (
        "_getframe", "currentframe", "getouterframes", "f_back", "f_locals", "f_globals",
        "gi_frame", "tb_frame", "cr_frame", "ag_frame", "gi_code", "cr_code", "ag_code", "f_code",
        "f_builtins", "tb_next", "__traceback__", "get_objects", "get_referrers", "get_referents",
        "settrace", "setprofile", "__subclasses__", "addaudithook", "modules", "getattr", "vars",
        "get_type_hints", "ForwardRef", "resolve_name", "locate", "import_item",
        "attrgetter", "methodcaller", "__getattribute__", "breakpoint", "environ",
    ),
    "runs or hides code": (
        "exec", "eval", "compile", "__import__", "__reduce__", "__reduce_ex__", "__code__",
        "__globals__", "__builtins__", "globals", "get_ipython", "run_line_magic",
        "run_cell_magic", "run_cell", "InteractiveShell", "sympify", "parse_expr", "lambdify",
        "load_inline", "CompilationUnit", "exec_", "runstring", "rundocs", "unsafe_eval",
        "lambda_eval", "get_field", "vformat", "query", "singledispatch", "singledispatchmethod",
        "update_wrapper", "import_module", "load_library", "PackageImporter", "PackageExporter",
        "collect_env", "locals", "identify", "hub", "formula", "from_formula",
    ),
    "starts processes or threads": (
        "Popen", "popen", "fork", "forkpty", "setsid", "kill", "killpg", "_exit", "system",
        "getoutput", "posix_spawn", "execv", "execvp", "dup2", "closerange", "memfd_create",
    ),
    "reads or writes files": (
        "open", "rmtree", "unlink", "listdir", "scandir", "iterdir", "rglob", "read_text",
        "write_text", "read_bytes", "write_bytes", "symlink", "chmod", "fdopen", "chdir", "mkdir",
        "makedirs", "touch", "mkfifo", "mknod", "link", "chown", "utime", "truncate", "load",
        "fromfile", "tofile", "memmap", "loadtxt", "genfromtxt", "savetxt", "read_csv",
        "read_pickle", "to_csv", "to_pickle", "DataSource", "open_memmap", "from_file", "imread",
        "FileIO", "get_data", "get_source", "save", "savez", "savez_compressed", "open_code",
    ),
    "names the grader": ("checks", "grading", "autograder", "graded_check", "_score", "award"),
    "replaces what is not its own": ("setattr", "__dict__", "__class__"),
}  # fmt: skip
# Modules that an answer is made of, or that do no more than show and measure. Others can name an
# answer, a file or code by a text, and no list of those is whole.
_PLAIN_MODULES = {
    "stepwise_ssl", "numpy", "scipy", "torch", "torchvision", "matplotlib", "mpl_toolkits",
    "seaborn", "plotly", "pandas", "polars", "sklearn", "sympy", "mpmath", "numba", "jax", "einops",
    "networkx", "statsmodels", "skimage", "PIL", "tqdm", "ipywidgets", "google", "psutil", "os",
    "math", "cmath", "itertools", "functools", "operator", "collections", "typing", "fractions",
    "decimal", "random", "statistics", "numbers", "dataclasses", "enum", "abc", "copy", "time",
    "datetime", "warnings", "string", "re", "textwrap", "pprint", "platform", "contextlib",
    "pathlib", "json", "csv", "heapq", "bisect", "__future__", "secrets", "hashlib", "io", "array",
}  # fmt: skip
# Attributes with two underscores on each side that an answer may use.
_PLAIN_ATTRIBUTES = {
    f"__{name}__"
    for name in (
        "init", "name", "version", "doc", "call", "len", "getitem", "setitem", "add", "sub", "mul",
        "matmul", "truediv", "pow", "neg", "abs", "eq", "lt", "le", "gt", "ge", "iter", "next",
        "enter", "exit", "repr", "str", "post_init",
    )
}  # fmt: skip
# What stands in a library and an answer is made of, or shows something with. Other parts of these
# run texts as code, start programs, or import what a text names.
_PARTS = {
    "torch": {
        "nn", "optim", "linalg", "fft", "special", "autograd", "func", "distributions", "cuda",
        "backends", "random", "testing", "sparse", "mps", "amp", "masked", "signal", "nested",
        "types", "version", "functional", "utils", "utils.data", "utils.checkpoint",
    },
    "sympy": {
        "abc", "core", "functions", "matrices", "plotting", "series", "simplify", "solvers",
        "stats", "physics", "polys", "printing", "calculus", "assumptions", "logic", "ntheory",
        "integrals", "concrete", "geometry", "combinatorics", "vector", "tensor", "sets",
        "discrete", "interactive", "utilities", "utilities.iterables",
    },
    "numpy": {
        "linalg", "random", "fft", "polynomial", "typing", "ma", "testing", "exceptions", "dtypes",
        "matlib", "char", "strings", "emath", "rec", "lib", "lib.stride_tricks",
    },
}  # fmt: skip
_FOLDERS = {"utils", "utilities", "lib"}  # of which not every part is
# What of `os` an answer may use, or has a kind of its own above.
_PLAIN_SYSTEM = {
    "path", "getcwd", "cpu_count", "name", "sep", "linesep", "devnull", "urandom", "replace",
}  # fmt: skip
# Functions that read or write a file which they are given, in pandas, SciPy and others.
_FILES = re.compile(
    r"(?:read|write)_\w+|to_(?:string|html|latex|markdown|json|xml|excel|feather|parquet|hdf|"
    r"stata|sql|orc|clipboard)|load_(?:files|npz|svmlight_files?)|save_\w+|(?:load|save)mat|dump|"
    r"mm(?:read|write)|netcdf_file|wavfile|imsave|imwrite|fopen|(?:hard|sym)link_to|glob|walk"
)
# What decides which object a pattern, a copy or an attribute is of.
_HOOKS = {
    "__match_args__", "__instancecheck__", "__reduce__", "__reduce_ex__", "__getattribute__",
}  # fmt: skip
_OF_TUPLES = {"_replace", "_asdict", "_fields", "_make"}  # with names: no secret of a library's
_OF_NETWORKS = {"eval", "modules"}  # methods of PyTorch's, where nothing is given to them
_MODULE_KINDS = {name: kind for kind, names in _MODULES.items() for name in names}
_NAME_KINDS = {name: kind for kind, names in _NAMES.items() for name in names}
# What a text that is code may not do without a word.
_SUSPECT = {
    name for name, kind in _NAME_KINDS.items()
    if kind in ("runs or hides code", "reads the stack or the interpreter", "names the grader")
} | {"stepwise_ssl", "__class__", "__dict__", "__base__", "__bases__", "__mro__"}  # fmt: skip
# A module is an attribute of each that imports it; these names mean nothing else.
_WITHIN = (
    "sys", "inspect", "gc", "importlib", "builtins", "ctypes", "pickle", "subprocess", "socket",
    "threading", "multiprocessing", "atexit", "linecache", "pydoc", "pkgutil", "runpy",
)  # fmt: skip
_ATTRIBUTE_KINDS = _NAME_KINDS | {name: _MODULE_KINDS[name] for name in _WITHIN}
# IPython's own lines that do no more than show, measure or install.
_HARMLESS = re.compile(
    r"(?:\?|[\w.]+\?|%%?(?:time|timeit|prun|capture|matplotlib|config|load_ext|autoreload|"
    r"reload_ext|precision|pylab|pwd|who\w*|html|latex|markdown|xmode)\b|"
    r"(?:!\s*pip3?|%(?:pip|conda))\s+install\b(?:[^;&|`$>(\\]|>=)*$)"  # `a>=1`, and no `> file`
)
_TIMED_COMMAND = re.compile(rf"{PYTHON_MAGIC}(?:[^\n=]*=[ \t]*)?[!%]")
# IPython computes what stands in braces or behind a dollar in its own lines, but for those whose
# text is Python. A literal in braces, as settings have it, computes nothing.
_OWN_LINE = re.compile(r"[%!?,;/]|[^=]*=\s*[%!]")
_FILLED_IN = re.compile(r"[{$]|\\\s*$")
_LITERAL = re.compile(r"[^{}$]*(\{[^{}$]*\})[^{}$\\]*")
_TEXTS = ("results.json", "/proc/", "/autograder", "solution.ipynb", "assignment.json")

_QUOTED = 160  # characters of a line
_MOST = 40  # flags of a kind that are shown
_LONG = 4000  # characters: IPython reads a cell anew for each of its lines


# What a line does, which line it is, a column of it, and which lines stand or fall with it.
Reach = tuple[str, int, int] | tuple[str, int, int, range]


@dataclass(frozen=True)
class Flag:
    """A line for a human to judge: what it does, in which cell, and the line itself."""

    kind: str
    cell: int
    line: str


def flags_of(assignment: Assignment, submission: Submission) -> list[Flag]:
    """The flags of a submission, in the order of its cells; what was handed out has none."""
    handed_out, given = set(assignment.handed_out), set(assignment.lines)
    found: dict[Flag, None] = {}
    unread = 0
    trees = [(number, code, parsed(code)) for number, code in submission.cells]
    every = [parsed(assignment.setup), *(tree for *_, tree in trees)]
    imported = modules.with_aliases(every, _imports(every))
    own, made, data = private.read_from_own(every, imported), modules.made_in(every), set[str]()
    words, every_word = set[str](), set[str]().union(*map(texts.named, filter(None, every)))
    given_texts = texts.parameters(every, every_word)
    in_answers = _in_answers(trees, assignment, imported)
    for number, code, tree in trees:
        if fingerprint(code) in handed_out:
            continue
        unread += tree is None
        # As Python counts them: `splitlines` also parts at a form feed.
        lines = re.split(r"\r\n|\r|\n", code)
        reaching = [*_of_the_shell(code, lines)]
        if tree is None and (unread > _MOST or _runs_in_ipython(code)):
            first = next((n for n, line in enumerate(lines, 1) if line.strip()), 1)
            reaching.append(("runs, and cannot be read", first, 0))
        elif tree is not None:
            reaching += [*_reaching(tree, assignment, imported, own), *_course(tree, assignment)]
            reaching += _handed_on(tree, imported, data, made)
            for call in texts.run_as_code(tree, imported, words, every_word, given_texts):
                place = call.func.end_lineno, call.func.col_offset
                reaching.append((
                    "runs or hides code", *place, range(call.lineno, call.end_lineno + 1)
                ))  # fmt: skip
            reaching += in_answers.get(number, ())
            words = words - texts.renamed(tree) | texts.named(tree)
        data |= modules.rebound(tree, imported)
        data -= _imports([tree]).keys()
        for kind, at, column, *whole in reaching:
            line = lines[at - 1] if 0 < at <= len(lines) else ""
            statement = [lines[k - 1].strip() for k in (whole or [(at,)])[0] if k <= len(lines)]
            if not given.issuperset(statement):
                found[Flag(kind, number, _quoted(line, column))] = None
    return [*_of_another(assignment, submission), *_no_flood(list(found))]


def _quoted(line: str, column: int) -> str:
    """The line, or of a long one what stands around a column, which Python counts in bytes; signs
    that nobody sees, and some of which turn a line around, are named."""
    if len(line.strip()) <= _QUOTED:
        return _seen(line.strip())
    before = len(line.encode(errors="replace")[:column].decode(errors="ignore"))
    start = max(0, before - _QUOTED // 2)
    return _seen(f"{'… ' if start else ''}{line[start:].strip()[: _QUOTED - 2]}")


def _seen(line: str) -> str:
    return "".join(c if c.isprintable() or c == "\t" else f"\\u{ord(c):04x}" for c in line)


def _no_flood(found: list[Flag]) -> list[Flag]:
    """No more flags than a human reads, of every kind some."""
    kept, counts = [], Counter[str]()
    for flag in found:
        counts[flag.kind] += 1
        if counts[flag.kind] <= _MOST:
            kept.append(flag)
    more = [Flag(k, 0, f"{n - _MOST} lines more") for k, n in counts.items() if n > _MOST]
    return kept + more


def _of_another(assignment: Assignment, submission: Submission) -> Iterator[Flag]:
    """Whether the file was made for another student than it names."""
    if submission.made_for and submission.made_for != submission.student:
        words = f"made for {submission.made_for}, NUMBER is {submission.student}"
        yield Flag("another student's notebook", 0, words)
    elif assignment.roster and not submission.made_for:
        words = f"NUMBER is {submission.student}, and the file does not say for whom it was made"
        yield Flag("another student's notebook", 0, words)


def _of_the_shell(code: str, lines: list[str]) -> Iterator[Reach]:
    """Lines that IPython runs as commands or in another way than Python."""
    read = re.split(r"\r\n|\r|\n", as_python(code))
    for at, (line, python) in enumerate(zip_longest(lines, read, fillvalue=""), 1):
        text = line.lstrip()
        if line == python or not _OWN_LINE.match(text):
            continue
        harmless = _HARMLESS.match(text) and not _TIMED_COMMAND.match(text)
        if not harmless or _is_filled_in(text):
            yield "runs or hides code", at, 0


def _is_filled_in(text: str) -> bool:
    """Whether IPython computes a part of a line of its own before it runs it."""
    if re.match(PYTHON_MAGIC, text) or not _FILLED_IN.search(text):
        return False
    literal = _LITERAL.fullmatch(text)
    try:
        return literal is None or ast.literal_eval(literal[1]) is None
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return True


def parsed(code: str) -> ast.Module | None:
    """The cell as Python, IPython's own lines translated; None where it is neither."""
    try:
        return ast.parse(as_python(code))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _runs_in_ipython(code: str) -> bool:
    """Whether IPython runs a cell that cannot be read here; a long one counts as such."""
    if len(code) > _LONG:
        return True
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        ast.parse(TransformerManager().transform_cell(code))
    except Exception:  # noqa: BLE001 it reads line by line, and each way has its own errors
        return False
    return True


def _imports(trees: Iterable[ast.Module | None]) -> dict[str, str]:
    """The names that cells import, each with what it stands for."""
    found: dict[str, str] = {}
    for tree in trees:
        for node in ast.walk(tree) if tree else ():
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    found[alias.asname or alias.name] = f"{node.module or ''}.{alias.name}"
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    top = alias.name.partition(".")[0]
                    found[alias.asname or top] = alias.name if alias.asname else top
    return found


def _handed_on(
    tree: ast.Module, imported: dict[str, str], data: set[str], made: set[str]
) -> Iterator[Reach]:  # fmt: skip
    here = modules.rebound(tree, imported)
    for node in modules.handed_on(tree, imported, data | here, made):
        lines = range(node.lineno, node.end_lineno + 1)
        yield "hands a module on", node.end_lineno, node.col_offset, lines


def modules_of_ones_own(cells: Iterable[tuple[int, str]]) -> set[str]:
    """Modules that cells import and that have a flag for it: a cell may have written them."""
    found: set[str] = set()
    for tree in (parsed(code) for _, code in cells):
        for node in ast.walk(tree) if tree else ():
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.partition(".")[0])
    return found - _PLAIN_MODULES


def _reaching(
    tree: ast.Module, assignment: Assignment, imported: dict[str, str], own: set[int]
) -> Iterator[Reach]:
    allowed = set().union(*(asked.allowed for asked in assignment.exercises))
    suspect = _SUSPECT.union(*(asked.given_away for asked in assignment.exercises)) - allowed
    settings: set[int] = set()
    bare: set[int] = set()  # what is called without arguments
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if any(text in node.value for text in _TEXTS):
                yield "names the grader", node.lineno, node.col_offset
            elif texts.is_code(node.value, suspect):
                yield "runs or hides code", node.lineno, node.col_offset
            continue
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            settings |= set(map(_set_by, node.targets))
        if isinstance(node, ast.Call) and not node.args and not node.keywords:
            bare.add(id(node.func))
        # An attribute's name stands at its end.
        at = getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", 0)
        is_set = id(node) in settings
        excused = _OF_NETWORKS if id(node) in bare else ("environ",) if is_set else ()
        lines = range(getattr(node, "lineno", 0), at[0] + 1)
        if isinstance(node, ast.Import | ast.ImportFrom):  # its last line may be a bracket
            at = node.lineno, node.col_offset
        for kind in _by_name(node, id(node) in bare):
            yield kind, *at, lines
        if getattr(node, "attr", "") not in allowed:
            for kind in _of_libraries(node, imported, is_set, own):
                yield kind, *at, lines
        for name, kinds, *place in _read_by(node):
            if name in kinds and name not in allowed and name not in excused:
                yield kinds[name], *(place or at), lines


def _set_by(target: ast.expr) -> int:
    """Which node a setting sets, as in `module.option = 1` and `os.environ["A"] = "1"`."""
    named = isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant)
    return id(target.value if named else target)


def _of_libraries(
    node: ast.AST, imported: dict[str, str], is_set: bool, own: set[int]
) -> Iterator[str]:  # fmt: skip
    """What of a module is not there for everybody, or is given another value."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        names = [alias.name for alias in node.names]
        parts = ".".join([*names, getattr(node, "module", None) or ""]).split(".")
        inner = any(part.startswith("_") and not part.startswith("__") for part in parts)
        system = getattr(node, "module", "") == "os" and set(names) - _PLAIN_SYSTEM
        module = getattr(node, "module", None) or ""
        foreign = module and any(_is_foreign(f"{module}.{name}") for name in names)
        apart = any(_is_apart(f"{module}.{name}" if module else name) for name in names)
        if inner or system and system - set(_NAME_KINDS) or foreign or apart:
            yield "reaches into a library or the system"
    if not isinstance(node, ast.Attribute):
        return
    inner = node.attr.startswith("_") and not node.attr.startswith("__")
    is_own = id(node) in own or node.attr in _OF_TUPLES
    if inner and isinstance(node.ctx, ast.Load) and not is_own:
        yield "reaches into a library or the system"
    root, made, steps = node.value, False, 0
    while isinstance(root, ast.Attribute | ast.Call | ast.Subscript) and steps <= modules.LONGEST:
        made |= not isinstance(root, ast.Attribute)
        root, steps = root.func if isinstance(root, ast.Call) else root.value, steps + 1
    if not made and steps == modules.LONGEST and isinstance(root, ast.Name):
        yield "reaches into a library or the system"  # farther than this reader goes
    if not isinstance(root, ast.Name) or root.id not in imported:
        return
    system = node.value is root and imported[root.id] == "os" and node.attr not in _PLAIN_SYSTEM
    # NumPy's `measure` runs a text.
    name = modules.dotted(node, imported)
    foreign = _is_foreign(name) or _is_apart(name)
    if inner or node.attr == "measure" or foreign or system and node.attr not in _ATTRIBUTE_KINDS:
        yield "reaches into a library or the system"
    if not isinstance(node.ctx, ast.Load) and not made and not is_set:
        yield "replaces what is not its own"


def _is_foreign(name: str) -> bool:
    """Whether a module is reached through another library's that an answer is not made of."""
    found = modules.module_at(name) if name else ""
    if found == "os":
        return name != "os"
    top = found.partition(".")[0]
    return top not in {"", name.partition(".")[0], "posixpath", "ntpath"} | _PLAIN_MODULES


def _is_apart(name: str) -> bool:
    """Whether it leads into a part of a library of which no answer is made."""
    parts = name.split(".")
    if parts[0] not in _PARTS:
        return False
    for last in range(len(parts), 1, -1):
        if path := modules.module_at(".".join(parts[:last])):
            top, *inner = path.split(".")
            known = _PARTS.get(top, set())
            reached = ".".join(inner[: 2 if inner[:1] and inner[0] in _FOLDERS else 1])
            return bool(reached) and reached not in known
    return False


def _by_name(node: ast.AST, is_bare: bool) -> Iterator[str]:
    """Modules and attributes that no answer is made of."""
    if isinstance(node, ast.FunctionDef | ast.Name):
        name = node.name if isinstance(node, ast.FunctionDef) else node.id
        if name in _HOOKS:
            yield "runs or hides code"
    if isinstance(node, ast.Attribute):
        if _FILES.fullmatch(node.attr) and not (is_bare and node.attr.startswith("to_")):
            yield "reads or writes files"
        own = node.attr[2:-2] if re.fullmatch(r"__\w+__", node.attr) else ""
        if own and node.attr not in _PLAIN_ATTRIBUTES | set(_NAME_KINDS):
            yield "reads the stack or the interpreter"
    elif isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name == "wraps" and len(node.args) + len(node.keywords) > 1:  # copies what it names
            yield "runs or hides code"
    elif isinstance(node, ast.Import | ast.ImportFrom):
        names = [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom) and any(map(_FILES.fullmatch, names)):
            yield "reads or writes files"
        whole = names if isinstance(node, ast.Import) else []
        for module in (*whole, getattr(node, "module", None) or ""):
            top = module.partition(".")[0]
            known = top in _PLAIN_MODULES or top in _MODULE_KINDS
            if top and not known and module != _display(node):
                yield "imports what an answer does not need"


def _display(node: ast.Import | ast.ImportFrom) -> str:
    """The module, where no more than IPython's `display` is imported from it."""
    if not isinstance(node, ast.ImportFrom) or node.module not in ("IPython", "IPython.display"):
        return ""
    shows = node.module == "IPython.display" or {a.name for a in node.names} <= {"display"}
    return node.module if shows else ""


def _read_by(node: ast.AST) -> Iterator[tuple]:
    """Names that a node reads, each with the table in which it would stand, and its line and
    column where the node has several."""
    if isinstance(node, ast.Name):
        yield node.id, _NAME_KINDS
    elif isinstance(node, ast.Attribute):
        yield node.attr, _ATTRIBUTE_KINDS
        if node.attr.strip("_") in _WITHIN and node.attr not in _ATTRIBUTE_KINDS:  # `random._os`
            yield node.attr.strip("_"), _ATTRIBUTE_KINDS
    elif isinstance(node, ast.Import | ast.ImportFrom):
        for alias in node.names:
            yield alias.name, _NAME_KINDS, alias.lineno, alias.col_offset
        whole = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        for module in (*whole, getattr(node, "module", None) or ""):
            yield module.partition(".")[0], _MODULE_KINDS
            for part in module.split("."):
                yield part, _NAME_KINDS


def _course(tree: ast.Module, assignment: Assignment) -> Iterator[Reach]:
    """Functions of the course that give an answer away, where the course's solution has none."""
    yield from _imported(tree, assignment)
    by_name = {asked.answer: asked for asked in assignment.exercises}
    for node in tree.body:
        mine = [by_name[name] for name in _made_by(node) if name in by_name]
        yield from _given_away(node, mine or assignment.exercises, by_name)


def _given_away(node: ast.AST, asked_for: Sequence[Asked], own: Container[str]) -> Iterator[Reach]:
    """What a statement reads that gives one of the answers away, and that none of them needs."""
    whole = _whole(node)
    allowed = set().union(*(asked.allowed for asked in asked_for))
    for inner in ast.walk(node):
        if not isinstance(inner, ast.Name | ast.Attribute):
            continue
        name = inner.id if isinstance(inner, ast.Name) else inner.attr
        # A plain name may be the student's own function of that name.
        if name in allowed or isinstance(inner, ast.Name) and name in own:
            continue
        for asked in asked_for:
            if name in asked.given_away:
                kind = f"uses the course's answer to {asked.id}"
                yield kind, inner.end_lineno, inner.col_offset, *whole
                break


def _in_answers(
    trees: Iterable[tuple[int, str, ast.Module | None]], assignment: Assignment,
    imported: dict[str, str],
) -> dict[int, list[Reach]]:  # fmt: skip
    """What gives an answer away in all that it reaches, by cell: by itself a line may be for an
    exercise that allows more, or to look at something."""
    own = {asked.answer for asked in assignment.exercises}
    made = reached.made_by((number, tree) for number, _, tree in trees)
    found: dict[int, list[Reach]] = defaultdict(list)
    for asked in assignment.exercises:
        for number, node in reached.of_an_answer(asked.answer, made, own):
            found[number] += _given_away(node, [asked], own)
            for read in reached.of_the_course(node, imported, own):
                name = modules.dotted(read, imported).rpartition(".")[2]
                if name not in asked.allowed and name not in asked.given_away:
                    kind = f"has the course compute for {asked.id}"
                    found[number].append((kind, read.end_lineno, read.col_offset, *_whole(node)))
    return found


def _whole(node: ast.AST) -> tuple[range, ...]:
    """All lines of a function: one that was handed out by itself, to show something, gives an
    answer away within it."""
    scopes = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return (range(node.lineno, node.end_lineno + 1),) if isinstance(node, scopes) else ()


def _imported(tree: ast.Module, assignment: Assignment) -> Iterator[Reach]:
    """Answers that are taken over by an import, or in a pattern, under any name."""
    for node in ast.walk(tree):
        names: list[tuple[str, ast.AST]] = []
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("stepwise_ssl"):
            names = [(alias.name, alias) for alias in node.names]
        elif isinstance(node, ast.MatchClass):
            names = list(zip(node.kwd_attrs, node.kwd_patterns, strict=True))
        for name, place in names:
            for asked in assignment.exercises:
                given = set(asked.given_away) - set(asked.allowed)
                if name in given or given and name == "*":
                    kind = f"uses the course's answer to {asked.id}"
                    yield kind, place.lineno, place.col_offset


def _made_by(node: ast.stmt) -> tuple[str, ...]:
    """Names that a statement gives to something."""
    if isinstance(node, ast.FunctionDef):
        return (node.name,)
    if isinstance(node, ast.Assign):
        return tuple(t.id for t in node.targets if isinstance(t, ast.Name))
    return ()


def likeness(submission: Submission, assignment: Assignment) -> dict[str, str]:
    """A digest of the code of each answer, by exercise: equal where only names, comments and
    layout differ. Answers of fewer than forty nodes are left out: they are alike by necessity."""
    digests = {}
    for _, code in submission.cells:
        tree = parsed(code)
        if tree is None:
            continue
        for asked in assignment.exercises:
            for node in tree.body:
                if isinstance(node, ast.FunctionDef) and node.name == asked.answer:
                    try:
                        plain = _without_names(node)
                        text = ast.dump(plain)
                    except (ValueError, SyntaxError, RecursionError):
                        continue  # nested too deep, or a number too long, to be written out
                    if sum(1 for _ in ast.walk(plain)) >= 40:
                        digest = hashlib.sha256(text.encode(errors="replace")).hexdigest()
                        digests[asked.id] = digest[:16]
    return digests


def _without_names(node: ast.FunctionDef) -> ast.AST:
    names: dict[str, str] = {}

    def short(name: str) -> str:
        return names.setdefault(name, f"n{len(names)}")

    copy = ast.parse(ast.unparse(node)).body[0]
    body = copy.body
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body.pop(0)  # the docstring
    for inner in ast.walk(copy):
        if isinstance(inner, ast.Name):
            inner.id = short(inner.id)
        elif isinstance(inner, ast.arg):
            inner.arg, inner.annotation = short(inner.arg), None
        elif isinstance(inner, ast.FunctionDef):
            inner.name, inner.returns = short(inner.name), None
    return copy
