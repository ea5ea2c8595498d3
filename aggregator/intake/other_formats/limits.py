"""The limits that a reading process sets on itself before it touches a file."""

import ctypes
import sys
from ctypes import c_int, c_int64, c_size_t, c_uint32, c_uint64, c_void_p
from typing import Any

#: Of one file, by the design of the house.
MAX_MEMORY_BYTES = 1 << 30
#: Of processor time: on a busy machine a good file may wait for long.
MAX_SECONDS = 10


def limit_this_process() -> None:
    """Let this process have so much memory and no more, and let it die without a dialogue or a dump."""
    if sys.platform == "win32":
        limit_by_job(ctypes.WinDLL("kernel32", use_last_error=True))
    else:
        _limit_by_system()


def _limit_by_system() -> None:
    import resource  # noqa: PLC0415 - Windows has no such module

    for what, limit in (
        (resource.RLIMIT_AS, MAX_MEMORY_BYTES),
        (resource.RLIMIT_CPU, MAX_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        _, most = resource.getrlimit(what)
        wanted = limit if most == resource.RLIM_INFINITY else min(limit, most)
        resource.setrlimit(what, (wanted, most))


# --- Windows: a job object that holds this process alone ---------------------------------------------------------

_NO_DIALOGUES = 0x0001 | 0x0002 | 0x8000  # of critical errors, of crashes, of files that cannot be opened
_EXTENDED_LIMITS = 9  # JobObjectExtendedLimitInformation
_LIMIT_PROCESS_TIME, _LIMIT_PROCESS_MEMORY = 0x0002, 0x0100
_TICKS_A_SECOND = 10_000_000


class JobLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

    _fields_ = (
        ("process_time", c_int64),
        ("job_time", c_int64),
        ("flags", c_uint32),
        ("minimum_working_set", c_size_t),
        ("maximum_working_set", c_size_t),
        ("active_processes", c_uint32),
        ("affinity", c_size_t),
        ("priority", c_uint32),
        ("scheduling", c_uint32),
        ("io_counters", c_uint64 * 6),
        ("process_memory", c_size_t),
        ("job_memory", c_size_t),
        ("peak_process_memory", c_size_t),
        ("peak_job_memory", c_size_t),
    )


def limit_by_job(kernel: Any) -> None:
    """Put this process into a job of its own with limits of memory and time; nested jobs work since Windows 8.

    The process does this itself, because the python.exe of a virtual environment on Windows only starts another one,
    which would be out of reach before whoever started it could put it into a job.
    """
    kernel.SetErrorMode(_NO_DIALOGUES)
    kernel.CreateJobObjectW.restype = c_void_p
    kernel.GetCurrentProcess.restype = c_void_p
    kernel.SetInformationJobObject.argtypes = (c_void_p, c_int, c_void_p, c_uint32)
    kernel.AssignProcessToJobObject.argtypes = (c_void_p, c_void_p)
    limits = JobLimits(
        process_time=MAX_SECONDS * _TICKS_A_SECOND,
        flags=_LIMIT_PROCESS_TIME | _LIMIT_PROCESS_MEMORY,
        process_memory=MAX_MEMORY_BYTES,
    )
    job = kernel.CreateJobObjectW(None, None)
    is_limited = (
        job
        and kernel.SetInformationJobObject(job, _EXTENDED_LIMITS, ctypes.pointer(limits), ctypes.sizeof(limits))
        and kernel.AssignProcessToJobObject(job, kernel.GetCurrentProcess())
    )
    if not is_limited:
        raise OSError("this process could not be put into a job object with limits")
