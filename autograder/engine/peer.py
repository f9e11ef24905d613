"""Requests and replies over one socket, re-entrant, alike at both ends.

Strictly last in, first out: while a request waits, the only frames accepted are its reply and requests of the other
side. So whatever the student's process writes is the result of the call that waits, or a request that may be refused.
"""

import sys
import threading
import types

from autograder.engine import failures, inplace, proxy
from autograder.engine.codec import Decoder, Encoder, Lent, TooLargeError, WireError
from autograder.engine.failures import CellTimeoutError, StudentGone
from autograder.engine.graphs import Graphs
from autograder.engine.mirrors import Mirrors, held_elsewhere
from autograder.engine.wire import Stream

MAX_NESTED = 40
_BAD = (WireError, OSError, EOFError, KeyError, IndexError, TypeError, AttributeError, ValueError, OverflowError)


class Peer:
    """One end of the connection.

    Parameters
    ----------
    sock
        A connected stream socket.
    trusting : bool
        Whether this is the student's end: it serves everything. The examiner's end serves little.
    dunders
        The special methods of the model solution's own classes: the ones that proxies forward.
    """

    def __init__(self, sock, trusting, dunders=()):
        self.stream, self.trusting, self.dunders = Stream(sock), trusting, frozenset(dunders)
        self.lent, self.proxies, self.described = Lent(), {}, set()
        self.methods = set()  # (number, name): attributes of the other side's objects that are methods of theirs
        self.classes = {}  # of the setup cells: their instances cross by value
        self.mirrors, self.graphs = Mirrors(self), Graphs(self)
        self.operations = {"vjp": self.graphs.backward}
        self.lock = threading.RLock()
        self.sequence = self.depth = self.calls = 0
        self.gone = None  # why nothing can be asked any more
        self.waiting = False  # in the middle of a frame or for one

    # What the ends make of the hooks below differs: see examiner.py and student.py.

    def ambience(self):
        """Return what a call must find around it (see :mod:`autograder.engine.ambient`), or None."""
        return None

    def around(self, ambience, operation, arguments):
        """Do an operation of the other side; return (result, what became of the ambience)."""
        return operation(*arguments), None

    def printed(self):
        """Return what was put out since the last frame, as a list of strings, or None."""
        return None

    def show(self, printed):
        """Put out what the other side printed."""

    def frames(self, traceback):
        """Return the lines of the student's cells in a traceback."""
        return []

    # -- asking -------------------------------------------------------------------------------------------------------

    def call(self, number, arguments, named, method=None):
        """Call an object of the other side, or a method of it."""
        pairs = [part for item in named.items() for part in item]
        return self.ask("call", number, method, len(arguments), *arguments, *pairs)

    def ask(self, operation, *arguments):
        """Send a request that may run the other side's code; raises what it raised."""
        return self.request(operation, *arguments, ambience=self.ambience())

    def request(self, operation, *arguments, ambience=None):
        """See :meth:`_request`; one thread at a time."""
        with self.lock:
            return self._request(operation, arguments, ambience)

    def _request(self, operation, arguments, ambience):
        """Send a request and return its result, serving the other side's requests meanwhile.

        Raises what the other side's code raised, StudentGone, TypeError or TooLargeError for arguments that cannot
        cross.
        """
        if self.gone is not None:
            raise StudentGone(*self.gone)
        if self.depth >= MAX_NESTED:
            raise RecursionError("maximum depth of calls between the processes exceeded")
        encoder = Encoder(self)
        encoder.is_request = True
        trees = [encoder.encode(value) for value in arguments]
        around = None if ambience is None else encoder.encode(ambience)
        contents = encoder.finish() if encoder.pending else []
        mirrors = self.mirrors
        updates = mirrors.changes(encoder.buffers) if mirrors.values else []
        dropped = mirrors.sweep() if not self.trusting else []
        self.sequence += 1
        sequence = self.sequence
        self.calls += 1
        self.depth += 1
        self.waiting = True
        try:
            self.stream.send(
                ["q", sequence, operation, trees, contents, around, updates, dropped, self.printed()], encoder.buffers
            )
            while True:
                frame, buffers = self.stream.receive()
                if type(frame) is not list or len(frame) not in (9, 10):
                    raise WireError("bad frame")
                if frame[0] != "q":
                    break
                self.waiting = False
                self._serve(frame, buffers)
                self.waiting = True
            value, error, printed = self._take(frame, buffers, sequence, encoder, ambience is not None)
        except TooLargeError:
            raise  # nothing was sent
        except StudentGone:
            raise
        except _BAD as problem:
            raise self._give_up(f"{type(problem).__name__}: {problem}") from None
        except BaseException as problem:
            # in the middle of a frame: what comes from here on answers nobody
            status = "timeout" if isinstance(problem, CellTimeoutError) else "dead"
            self._give_up("the student's process did not answer in time", status)
            raise
        finally:
            self.depth -= 1
            self.waiting = False
        if printed:
            self.show(printed)
        if error is not None:
            raise error
        return value

    def _give_up(self, why, status="dead"):
        if self.gone is None:
            self.gone = why[:500], status
            self.stream.close()
        return StudentGone(*self.gone)

    def _take(self, frame, buffers, sequence, encoder, may_change):
        """Take in a reply; return (result, the error it tells of or None, what was printed)."""
        kind, answered, fine, tree, contents, changed, updates, kept, printed, ambience = frame
        if kind != "r" or answered != sequence:
            raise WireError("a reply to nothing")
        if ambience is not None and not may_change:
            raise WireError("an ambience that was not sent")
        if updates:
            self.mirrors.apply(updates, buffers)
        decoder = Decoder(self, buffers, encoder.mutables)
        value = decoder.decode(tree) if fine else None
        parts = []
        for number, part in changed:
            if type(number) is not int or not 0 <= number < len(encoder.mutables):
                raise WireError("no such argument")
            parts.append((encoder.mutables[number], decoder.decode(part)))
        around = None if ambience is None else decoder.decode(ambience)
        if decoder.pending:
            decoder.finish(contents)
        for old, new in parts:
            inplace.write(old, new)
        for place, number in kept:
            if self.trusting or type(place) is not int or not 0 <= place < len(encoder.mutables):
                raise WireError("cannot be kept")
            self.mirrors.adopt_kept(number, encoder.mutables[place])
        if self.mirrors.values:
            self.mirrors.settle()
        if around is not None:
            self.recover(around)
        return value, None if fine else self._error(tree), printed

    def recover(self, ambience):
        """Take over what became of the ambience of a call."""

    def _error(self, tree):
        name, message, arguments, kind, back, frames, origin = tree
        if type(name) is not str or type(message) is not str:
            raise WireError("bad error")
        if back is not None:
            original = self.lent[back]
            if isinstance(original, BaseException):
                return original
            raise WireError("no exception")
        if arguments is not None and any(type(a) not in (str, int, float, bool, type(None)) for a in arguments):
            raise WireError("bad error")
        if kind is not None:
            if type(kind) is not list or kind[0] not in ("p", "r"):
                raise WireError("bad error")
            error = self.lent[kind[1]] if kind[0] == "r" else self.proxy_for(*kind[1:])
            if not (isinstance(error, type) and issubclass(error, BaseException)):
                raise WireError("no exception")
            error = error(*(arguments if arguments is not None else [message]))
        else:
            error = failures.rebuild(name[:80], message[: failures.MESSAGE], arguments)
        if origin is not None and self.trusting:
            error._lent = self, origin
        error._frames = [(int(k), int(line)) for k, line in (frames or [])[:50]]
        return error

    # -- serving ------------------------------------------------------------------------------------------------------

    def serve(self):
        """Answer the next request. Raises EOFError when the other side is gone."""
        self._serve(*self.stream.receive())

    def _serve(self, frame, buffers):
        kind, sequence, name, trees, contents, around, updates, dropped, printed = frame
        if kind != "q" or type(name) is not str:
            raise WireError("no request")
        if updates:
            self.mirrors.apply(updates, buffers)
        if dropped:
            self.mirrors.drop(dropped)
        decoder, encoder = Decoder(self, buffers), None
        made = self.mirrors.last
        try:
            arguments = decoder.many(trees, 0)
            ambience = None if around is None else decoder.decode(around)
            if decoder.pending:
                decoder.finish(contents)
            mutables = decoder.mutables
            before = [inplace.snapshot(v, decoder.raw.get(i)) for i, v in enumerate(mutables)]
            operation = self.operations.get(name)
            if operation is None:
                raise AttributeError(f"refused: {name}")
            counts = _references(mutables) if self.trusting else ()
            failed = None
            value, after = None, None
            try:
                if printed:
                    self.show(printed)
                value, after = self.around(ambience, operation, arguments)
            except BaseException as error:
                if not self.trusting and not isinstance(error, Exception):
                    raise
                failed = error
            encoder = Encoder(self, {id(v): i for i, v in enumerate(mutables)})
            encoder.leaves_of = [(i, mutables[i]) for i in decoder.leaves]
            if failed is None:
                if self.trusting:
                    self._share(held_elsewhere(value), encoder.known)  # looked at here, where one name holds it
                tree = encoder.encode(value)
            else:
                tree = self._error_tree(failed)
            after = None if after is None else encoder.encode(after)
            changed = []
            for i, value_before in enumerate(before):
                if value_before is not None and inplace.changed(mutables[i], value_before):
                    changed.append([i, self._afresh(encoder, mutables[i])])
            contents = encoder.finish() if encoder.pending else []
            buffers = encoder.buffers
            kept = []
            if self.trusting and mutables and failed is None:
                del value  # and not the arguments, whose references were counted
                encoder.mutables, encoder.kept, encoder.pending, encoder.leaves_of = [], [], [], None
                for i in decoder.leaves:
                    counts[i] += encoder.nodes  # graphs that were lent hold them
                kept = self._kept(mutables, counts)
            updates = self.mirrors.changes(buffers) if self.mirrors.values else []
            reply = [
                "r", sequence, failed is None, tree, contents, changed, updates, kept, self.printed(), after
            ]  # fmt: skip
            self.stream.send(reply, buffers)
        except (TooLargeError, TypeError, AttributeError, RecursionError, WireError) as error:
            if isinstance(error, WireError) and not self.trusting:
                raise
            self.mirrors.drop(range(made + 1, self.mirrors.last + 1))
            tree = self._error_tree(error)
            self.stream.send(["r", sequence, False, tree, [], [], [], [], self.printed(), None])

    def _afresh(self, encoder, value):
        """Encode an argument as what it is now, not as the argument it was."""
        number = encoder.known.pop(id(value))
        tree = encoder.seen.get(id(value))
        tree = encoder.body(value) if tree is None else ["^", tree]
        encoder.seen.pop(id(value), None)
        encoder.known[id(value)] = number
        return tree

    def _share(self, values, known):
        for value in values:
            if id(value) not in known and id(getattr(value, "base", None)) not in known:
                self.mirrors.share(value)

    def _kept(self, mutables, counts):
        """Share the arguments that the student's code goes on holding; return [number, number of the mirror] each."""
        found = []
        for i, (before, now) in enumerate(zip(counts, _references(mutables), strict=True)):
            if now > before:
                number = self.mirrors.keep(mutables[i])
                if number is not None:
                    found.append([i, number])
        return found

    def _error_tree(self, error):
        kind, back = type(error), getattr(error, "_lent", None)
        if not self.trusting:
            # what a test's own assertion says may tell what is expected
            secret = isinstance(error, AssertionError) or failures.BUILTIN.get(kind.__name__) is not kind
            message = "" if secret else failures.text_of(error)
            name = failures.builtin_base(kind)
            return [name, message, None, None, None, None, self.lent.lend(error)]
        if type(back) is tuple and back[0] is self:
            return ["", "", None, None, back[1], None, None]
        reference = None
        if isinstance(error, Exception) and failures.BUILTIN.get(kind.__name__) is not kind:
            reference = self.lend(kind)
        arguments = failures.plain_arguments(error)
        lines = self.frames(error.__traceback__)
        return [kind.__name__[:80], failures.text_of(error), arguments, reference, None, lines, None]

    # -- objects ------------------------------------------------------------------------------------------------------

    def lend(self, value):
        """Return the tree of an object that stays on its side."""
        if type(value) is proxy.MethodProxy and value._proxy_peer is self:
            return ["rm", value._proxy_number, value._proxy_name]
        number = proxy.number_of(value, self)
        if number is not None:
            return ["r", number]
        number = self.lent.lend(value)
        if number in self.described:
            return ["p", number]
        self.described.add(number)
        name, label, kind = getattr(value, "__name__", None) or type(value).__name__, "", "o"
        if isinstance(value, type) and issubclass(value, BaseException):
            kind, label = "x", failures.builtin_base(value)
        elif isinstance(value, type):
            kind = "c"
        elif isinstance(value, types.CoroutineType):
            kind = "a"
        elif callable(value):
            kind = "f"
        if self.trusting and kind != "x":
            label = proxy.label_of(value)
        return ["p", number, kind, str(name)[:80], label]

    def method_for(self, number, name):
        """Return the object of this side that stands for a method of the other side's object `number`."""
        if self.trusting or type(number) is not int or type(name) is not str or len(name) > 200:
            raise WireError("bad method")
        self.methods.add((number, name))
        return proxy.MethodProxy(self, number, name)

    def proxy_for(self, number, kind=None, name="", label=""):
        """Return the object of this side that stands for number `number` of the other one."""
        if type(number) is not int:
            raise WireError("bad number")
        found = self.proxies.get(number)
        if found is not None:
            return found
        if kind == "a":
            return proxy.coroutine(self, number)
        if kind == "x":
            found = failures.make_class(str(name)[:80], str(label)[:80], (self, number))
        else:
            classes = {"f": proxy.CallableProxy, "c": proxy.ClassProxy, "o": proxy.Proxy}
            if kind not in classes:
                raise WireError("bad kind")
            found = classes[kind](self, number, str(name)[:80], str(label)[:80])
        self.proxies[number] = found
        return found


def _references(values):
    return [sys.getrefcount(value) for value in values]
