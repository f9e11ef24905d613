"""The database a gradebook lies in: where it is, how it is opened, and what its errors mean to a person."""

import contextlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, create_engine, event, inspect, make_url, pool, select
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from autograder import schema
from autograder.errors import GradebookUnusable
from autograder.text import fault, one_line

LOCK_SECONDS = 10  # to wait for a gradebook that another program is writing
FILE = "gradebook.db"


@dataclass(frozen=True)
class Place:
    """Where a gradebook is."""

    url: URL

    @property
    def path(self):
        """The file of an SQLite gradebook, or None."""
        return Path(self.url.database) if self.url.get_backend_name() == "sqlite" and self.url.database else None

    def __str__(self):
        return str(self.path or self.url.set(query={}).render_as_string(hide_password=True))


def place(where, root=None):
    """Return the :class:`Place` of a class folder's gradebook, or of a database URL.

    Parameters
    ----------
    where : Place, Path or str
        A class folder, or a URL such as ``postgresql://user@host/name`` or ``sqlite:////path/gradebook.db``. A password
        need not stand in it, where everybody sees it: ``~/.pgpass`` is read by the driver.
    root : Path, optional
        What a relative path in an SQLite URL starts from; the current folder when it is not given.

    Raises
    ------
    GradebookUnusable
    """
    if isinstance(where, Place):
        return where
    if isinstance(where, Path) or "://" not in str(where):
        # built from parts: as text, a ? in the path would end it
        return Place(URL.create("sqlite", database=str(Path(where) / FILE)))
    try:
        # SQLAlchemy does not know the name that libpq and many hosts use
        url = make_url(re.sub(r"^postgres://", "postgresql://", str(where)))
        url.get_backend_name(), url.get_dialect()
    except NoSuchModuleError:
        name = one_line(str(where).split("://")[0], 40)
        raise GradebookUnusable(
            f"Không dùng được cơ sở dữ liệu kiểu «{name}»; hãy dùng sqlite hoặc postgresql."
        ) from None
    except (ArgumentError, ValueError):  # the text itself may hold a password
        raise GradebookUnusable("Địa chỉ cơ sở dữ liệu (URL) viết sai; ví dụ: postgresql://ten@may/so_diem.") from None
    if url.drivername == "postgresql" and not _installed("psycopg2") and _installed("psycopg"):
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite":
        if url.database in (None, "", ":memory:"):
            raise GradebookUnusable("Địa chỉ sqlite:// cần đường dẫn của một tệp, ví dụ: sqlite:////home/toi/so.db.")
        url = url.set(database=str(Path(root or Path.cwd()) / url.database))
    return Place(url)


def engine(place, *, write=False):
    """Return an engine that keeps no connection open, so that no process forked meanwhile inherits one.

    On SQLite a writer's transaction is the only one from its first statement on.
    """
    options = {"poolclass": pool.NullPool}
    if place.path is not None:
        options["connect_args"] = {"timeout": LOCK_SECONDS}
    elif place.url.get_backend_name() == "postgresql":
        wanted = {"connect_timeout": LOCK_SECONDS, "options": f"-c lock_timeout={1000 * LOCK_SECONDS}"}
        options["connect_args"] = {name: value for name, value in wanted.items() if name not in place.url.query}
    try:
        made = create_engine(place.url, **options)
    except ModuleNotFoundError as missing:
        need = "psycopg[binary]" if missing.name in ("psycopg", "psycopg2") else missing.name
        raise GradebookUnusable(f"Để dùng sổ điểm {place}, hãy cài thêm: pip install '{need}'.") from None
    if place.path is not None:
        begin = "BEGIN IMMEDIATE" if write else "BEGIN"

        @event.listens_for(made, "connect")
        def _(connection, _record):
            connection.isolation_level = None  # sqlite3 would begin transactions by itself, and too late

        @event.listens_for(made, "begin")
        def _(connection):
            connection.exec_driver_sql(begin)

    return made


def exists(place):
    """Whether there is anything at the place; a server's database counts as there."""
    return place.path is None or place.path.exists()


def prepare(place):
    """Make the tables where there are none; raises GradebookUnusable when they are not nbgrader's of today."""
    if place.path is not None and not place.path.exists():
        create(place.path)
    with engine(place, write=True).begin() as connection:
        if not check(place, connection):
            schema.create(connection)


def check(place, connection):
    """Whether nbgrader's tables are there; raises GradebookUnusable when others are, or those of another version."""
    tables = set(inspect(connection).get_table_names())
    if not tables or (place.path is None and not tables & schema.TABLES):
        return False
    if not tables >= {"alembic_version", "assignment", "grade"}:
        raise GradebookUnusable(f"{place} không phải sổ điểm nbgrader (là cơ sở dữ liệu của chương trình khác).")
    versions = set(connection.execute(select(schema.alembic_version.c.version_num)).scalars())
    if versions != {schema.HEAD} or not tables >= schema.TABLES:
        if versions - {schema.HEAD} - schema.OLDER:
            raise GradebookUnusable(f"Sổ điểm {place} là của nbgrader mới hơn; cần một phiên bản autograder mới hơn.")
        raise GradebookUnusable(_older(place))
    return True


def of_some(connection, query, column, values):
    """Return the rows of a query whose `column` is one of the `values`, however many these are; all rows for None."""
    if values is None:
        return connection.execute(query).all()
    return [row for part in chunks(values) for row in connection.execute(query.where(column.in_(part))).all()]


def chunks(values, size=500):
    """Cut a sequence into lists that are short enough to be the parameters of one statement."""
    values = list(values)
    return [values[start : start + size] for start in range(0, len(values), size)]


def create(path):
    """Make an empty gradebook aside and rename it, so that an interrupted start leaves none that is half made."""
    aside = path.with_name(f".gradebook.{os.getpid()}.tmp")
    try:
        with engine(Place(URL.create("sqlite", database=str(aside))), write=True).begin() as connection:
            schema.create(connection)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def _installed(module):
    from importlib.util import find_spec

    return find_spec(module) is not None


# --- what went wrong --------------------------------------------------------------------------------------------

# pattern in the driver's message -> what it means; {0} is the place
_MEANINGS = (
    (r"locked|lock timeout|deadlock", "Sổ điểm {0} đang bị chương trình khác khóa; hãy đóng nó rồi chạy lại."),
    (r"not a database|malformed", "{0} không phải sổ điểm nbgrader (tệp hỏng hoặc là tệp khác)."),
    (
        r"no such (table|column)|(relation|column) .* does not exist",
        "Sổ điểm {0} là của một phiên bản nbgrader khác; hãy chạy nbgrader db upgrade.",
    ),
    (r"disk is full|No space left|[Dd]isk full", "Sổ điểm {0} không ghi được: hết chỗ trên đĩa."),
    (r"readonly database|read-only transaction", "Sổ điểm {0} không ghi được: chỉ đọc được."),
    (r"permission denied", "Không có quyền dùng sổ điểm {0}."),
    (
        r"authentication failed|no password supplied|role .* does not exist|no pg_hba\.conf entry",
        "Máy chủ của sổ điểm {0} không nhận tên hoặc mật khẩu này.",
    ),
    (r'database ".*" does not exist', "Máy chủ không có cơ sở dữ liệu của sổ điểm {0}; hãy tạo nó trước (createdb)."),
    (
        r"connection (failed|refused|timeout|is closed|to server)|could not connect|server closed|too many clients"
        r"|terminating connection|could not translate host|failed to resolve|starting up|shutting down|recovery mode",
        "Không kết nối được với máy chủ của sổ điểm {0}; hãy xem máy chủ có đang chạy không.",
    ),
    (r"unable to open database file", "Sổ điểm {0} không mở được: không có quyền hoặc không có thư mục đó."),
)


def _older(place):
    return f"Sổ điểm {place} là của một phiên bản nbgrader khác; hãy chạy nbgrader db upgrade."


@contextlib.contextmanager
def translated(place):
    """Turn what SQLAlchemy, a driver or the system raises into one line that says what to do."""
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        raise GradebookUnusable(_meaning(place, error)) from None


def _meaning(place, error):
    if isinstance(error, OSError):
        return f"Sổ điểm {place} không dùng được: {fault(error)}."
    cause = str(getattr(error, "orig", None) or error)
    for pattern, meaning in _MEANINGS:
        if re.search(pattern, cause):
            return meaning.format(place)
    reason = one_line((cause.splitlines() or [type(error).__name__])[0], 200)
    if place.url.password:
        reason = reason.replace(str(place.url.password), "***")
    return f"Sổ điểm {place} không dùng được: {reason}"
