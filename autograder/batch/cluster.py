"""The machines of a Dask cluster, behind the same interface as the processes of this one.

Each Dask worker keeps grading processes of its own (:class:`~autograder.batch.executors.Workers`), so that no
submission can take a Dask worker with it. Nothing but bytes and text travels; no disk has to be shared.
"""

import contextlib
import json
import logging
import threading
import time
import warnings
from pathlib import Path

from autograder.batch.executors import WorkerDiedError, WorkerFaultError, Workers
from autograder.errors import ClusterUnusable
from autograder.text import one_line

CONNECT_SECONDS = 10
LOOK_SECONDS = 3  # between two looks at how large the cluster is
INSTALL = "pip install distributed"


class Cluster:
    """An executor of ``concurrent.futures`` on the cluster at `address` (or in the file its scheduler wrote).

    Raises ClusterUnusable.
    """

    def __init__(self, address):
        self.address = str(address)
        try:
            from distributed import Client
        except ImportError:
            raise ClusterUnusable(f"--cluster cần Dask; hãy cài: {INSTALL}.") from None
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what happens is told in one line
        is_file = Path(self.address).is_file()
        where = {"scheduler_file": self.address} if is_file else {"address": self.address}
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about versions: a grade's own are compared by the workers
                self._client = Client(**where, timeout=CONNECT_SECONDS, set_as_default=False, name="autograder")
        except Exception as error:  # Dask has no base class for what can go wrong here
            raise ClusterUnusable(
                f"Không kết nối được với cụm Dask ở «{one_line(address, 100)}» ({_reason(error)})."
            ) from None
        self._executor = self._client.get_executor(pure=False)
        self._packed = {}  # bundles by their digests
        self._threads, self._looked = 0, 0.0

    def submit(self, function, /, *arguments):
        """Have `function` called in a grading process of one of the cluster's workers."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that the arguments are large
            return self._executor.submit(remotely, function, *arguments)

    def parcel(self, job, bundle):
        """Return a job and its bundle (or None) as they are sent: with the bytes of their files."""
        if bundle is not None:
            bundle = self._packed.setdefault(bundle.digest, bundle.packed())
        return job.packed(), bundle

    def window(self):
        """Return how many calls to hand in at a time: enough that a cluster that grows with its work does grow."""
        if time.monotonic() - self._looked > LOOK_SECONDS:
            with self._told():
                self._threads = sum(self._client.nthreads().values())
            self._looked = time.monotonic()
        return max(2 * self._threads, 16)

    def check(self):
        """Raise ClusterUnusable when the scheduler is gone."""
        if self._client.status not in ("running", "connecting"):
            raise ClusterUnusable(self._lost())

    def text(self, future):
        """Return what a call returned; raises WorkerDiedError, WorkerFaultError or ClusterUnusable."""
        with self._told():
            kind, text = json.loads(future.result())
        if kind == "died":
            raise WorkerDiedError
        if kind == "fault":
            raise WorkerFaultError(text)
        return text

    def shutdown(self, wait=True, *, cancel_futures=False):
        """Leave the cluster, taking back what was not done yet."""
        with contextlib.suppress(Exception):
            self._executor.shutdown(wait=wait and not cancel_futures)
        with contextlib.suppress(Exception):
            self._client.close(timeout=CONNECT_SECONDS)

    @contextlib.contextmanager
    def _told(self):
        from distributed import KilledWorker

        try:
            yield
        except KilledWorker:
            raise WorkerDiedError from None
        except ImportError as error:
            name = one_line(error.name or error, 60)
            raise ClusterUnusable(f"Máy của cụm chưa cài «{name}»; hãy cài cùng phiên bản như ở đây.") from None
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
            self.check()
            raise ClusterUnusable(f"{self._lost()[:-1]} ({_reason(error)}).") from None

    def _lost(self):
        return f"Mất kết nối với cụm Dask ở «{one_line(self.address, 100)}»; những bài chấm xong vẫn còn, hãy chạy lại."


def _reason(error):
    told = one_line(error, 120).rstrip(".") or type(error).__name__
    return "không trả lời" if isinstance(error, TimeoutError) or "Timed out" in told else told


# --- on the cluster ---------------------------------------------------------------------------------------------

_making, _workers = threading.Lock(), []


def remotely(function, *arguments):
    """Call `function` in a grading process of this Dask worker; return [``ok``, ``died`` or ``fault``, text] as JSON.

    What goes wrong is returned, not raised: Dask would write the arguments, a student's work, into its log.
    """
    try:
        return json.dumps(["ok", _own_workers().submit(function, *arguments).result()])
    except WorkerDiedError:
        return json.dumps(["died", ""])
    except Exception as error:
        return json.dumps(["fault", one_line(f"{type(error).__name__}: {error}", 400)])


def _own_workers():
    from distributed import get_worker

    with _making:
        if not _workers:
            place = get_worker()
            scratch = Path(place.local_directory) / "autograder"
            scratch.mkdir(parents=True, exist_ok=True)
            _workers.append(Workers(place.state.nthreads, scratch))
        return _workers[0]
