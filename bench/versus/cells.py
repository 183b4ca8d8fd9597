"""Runs one measurement in a session of its own, ends it when it hangs, and leaves nothing of it behind.

A cell is a Python process that leads a new session; whatever it starts stays in that session. It answers with one line of JSON
on its standard output. Then, or when its time is up, every process of the session is killed and reaped. The resource trackers of
multiprocessing and loky are killed last: they remove the named semaphores of the others, and end by themselves once these are dead.
The cell's working directory and TMPDIR are a folder that goes with it. If the runner itself is killed, the cell sees the end of
its standard input and does the same from within (end_with_the_runner).
"""
import ctypes
import json
import os
import pathlib
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

PR_SET_CHILD_SUBREAPER = 36
TRACKER_GRACE = 3.0


def run(module, arguments, seconds):
    """Calls module.cell(*arguments) in a cell. Returns (answer, None), or (None, why there is none)."""
    # Orphans of the cell become children of this process, so that it can reap them wherever it runs.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    code = f"import sys; sys.path.insert(0, {str(pathlib.Path(__file__).parent.resolve())!r}); import cells, {module}; cells.serve({module}.cell)"
    with tempfile.TemporaryFile() as errors, tempfile.TemporaryDirectory() as folder:
        cell = subprocess.Popen([sys.executable, "-c", code, *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
                                start_new_session=True, cwd=folder, env={**os.environ, "TMPDIR": folder})
        try:
            line, hung = read_line(cell, seconds)
        finally:
            end_session(cell.pid)
            cell.wait()
            reap_group(cell.pid)
            cell.stdin.close()
            cell.stdout.close()
        if line:
            return json.loads(line), None
        errors.seek(0)
        tail = errors.read().decode(errors="replace").strip().splitlines()[-1:] or ["it wrote nothing on standard error"]
        return None, f"HANG: no answer in {seconds} s" if hung else f"the cell ended without an answer: {tail[0]}"


def serve(function):
    """The cell's side of run."""
    threading.Thread(target=end_with_the_runner, daemon=True).start()
    answer = json.dumps(function(*sys.argv[1:])) + "\n"
    while answer:
        answer = answer[os.write(1, answer.encode()):]


def end_with_the_runner():
    """Waits for no tracker: it lives until this process, the last it tracks, is dead."""
    while os.read(0, 1):
        pass
    end_session(os.getsid(0), tracker_grace=None)
    shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)
    os.kill(os.getpid(), signal.SIGKILL)


def read_line(cell, seconds):
    """Returns (line or None, whether time ran out). End of file is not waited for: workers may hold the other end open for ever."""
    deadline = time.monotonic() + seconds
    line = b""
    death = os.pidfd_open(cell.pid)
    try:
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([cell.stdout, death], [], [], max(0.0, deadline - time.monotonic()))
            piece = os.read(cell.stdout.fileno(), 65536) if cell.stdout in ready else b""
            if not piece:
                return None, not ready
            line += piece
        return line, False
    finally:
        os.close(death)


def end_session(session, tracker_grace=TRACKER_GRACE):
    """Kills every process of the session but the caller, and returns when they are dead. Trackers may end by themselves for the time given."""
    start = time.monotonic()
    while members := list(living_members(session)):
        targets = [pid for pid, tracker in members if not tracker]
        if not targets and tracker_grace is None:
            break
        if tracker_grace is not None and time.monotonic() - start > tracker_grace:
            targets = [pid for pid, _ in members]
        for pid in targets:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.005)


def living_members(session):
    """Yields (pid, whether it is a resource tracker) of each process of the session that is neither a zombie nor the caller."""
    for entry in os.listdir("/proc"):
        if not entry.isdigit() or int(entry) == os.getpid():
            continue
        try:
            state, _, _, its_session = pathlib.Path("/proc", entry, "stat").read_text().rpartition(")")[2].split()[:4]
            if int(its_session) == session and state not in "ZX":
                yield int(entry), "_tracker import main" in pathlib.Path("/proc", entry, "cmdline").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue


def reap_group(group):
    try:
        while os.waitpid(-group, 0)[0]:
            pass
    except ChildProcessError:
        pass
