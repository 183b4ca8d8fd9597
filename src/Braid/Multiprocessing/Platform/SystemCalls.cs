using System.Collections.Frozen;
using System.Runtime.InteropServices;

namespace Braid.Multiprocessing;

/// <summary>A system call.</summary>
/// <param name="Name">Its name in the kernel.</param>
/// <param name="X64">Its number on x64; -1 if there is none.</param>
/// <param name="Arm64">Its number on arm64; -1 if there is none.</param>
internal readonly record struct SystemCall(string Name, int X64, int Arm64)
{
    /// <summary>Its number on this architecture; -1 if there is none.</summary>
    public int Number => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? X64 : Arm64;
}

/// <summary>The system calls that a fenced process may be allowed. Whatever is in none of these lists is refused.</summary>
internal static class SystemCalls
{
    /// <summary>The highest number that existed when these lists were written; the kernel may have more.</summary>
    public const int LastKnown = 470;

    /// <summary>What every .NET program needs. About files, Landlock decides; some of these are decided by their arguments.</summary>
    public static readonly SystemCall[] Basic =
    [
        // files and descriptors
        new("read", 0, 63), new("write", 1, 64), new("readv", 19, 65), new("writev", 20, 66), new("pread64", 17, 67),
        new("pwrite64", 18, 68), new("preadv", 295, 69), new("pwritev", 296, 70), new("preadv2", 327, 286), new("pwritev2", 328, 287),
        new("open", 2, -1), new("openat", 257, 56), new("openat2", 437, 437), new("creat", 85, -1), new("close", 3, 57),
        new("close_range", 436, 436), new("lseek", 8, 62), new("dup", 32, 23), new("dup2", 33, -1), new("dup3", 292, 24),
        new("flock", 73, 32), new("fsync", 74, 82), new("fdatasync", 75, 83), new("sync_file_range", 277, 84), new("ftruncate", 77, 46),
        new("fallocate", 285, 47), new("fadvise64", 221, 223), new("readahead", 187, 213), new("sendfile", 40, 71),
        new("copy_file_range", 326, 285), new("pipe", 22, -1), new("pipe2", 293, 59), new("stat", 4, -1), new("fstat", 5, 80),
        new("lstat", 6, -1), new("newfstatat", 262, 79), new("statx", 332, 291), new("statfs", 137, 43), new("fstatfs", 138, 44),
        new("access", 21, -1), new("faccessat", 269, 48), new("faccessat2", 439, 439), new("readlink", 89, -1),
        new("readlinkat", 267, 78), new("getdents", 78, -1), new("getdents64", 217, 61), new("getcwd", 79, 17), new("chdir", 80, 49),
        new("fchdir", 81, 50), new("rename", 82, -1), new("renameat", 264, 38), new("renameat2", 316, 276), new("link", 86, -1),
        new("linkat", 265, 37), new("symlink", 88, -1), new("symlinkat", 266, 36), new("unlink", 87, -1), new("unlinkat", 263, 35),
        new("mkdir", 83, -1), new("mkdirat", 258, 34), new("rmdir", 84, -1), new("mknod", 133, -1), new("mknodat", 259, 33),
        new("umask", 95, 166), new("fcntl", 72, 25), new("ioctl", 16, 29),

        // waiting and time
        new("poll", 7, -1), new("ppoll", 271, 73), new("select", 23, -1), new("pselect6", 270, 72), new("epoll_create", 213, -1),
        new("epoll_create1", 291, 20), new("epoll_ctl", 233, 21), new("epoll_wait", 232, -1), new("epoll_pwait", 281, 22),
        new("epoll_pwait2", 441, 441), new("eventfd", 284, -1), new("eventfd2", 290, 19), new("signalfd", 282, -1),
        new("signalfd4", 289, 74), new("timerfd_create", 283, 85), new("timerfd_settime", 286, 86), new("timerfd_gettime", 287, 87),
        new("nanosleep", 35, 101), new("clock_nanosleep", 230, 115), new("clock_gettime", 228, 113), new("clock_getres", 229, 114),
        new("gettimeofday", 96, 169), new("time", 201, -1), new("alarm", 37, -1), new("setitimer", 38, 103), new("getitimer", 36, 102),
        new("timer_create", 222, 107), new("timer_settime", 223, 110), new("timer_gettime", 224, 108), new("timer_getoverrun", 225, 109),
        new("timer_delete", 226, 111), new("pause", 34, -1), new("restart_syscall", 219, 128),

        // memory
        new("mmap", 9, 222), new("munmap", 11, 215), new("mremap", 25, 216), new("mprotect", 10, 226), new("madvise", 28, 233),
        new("brk", 12, 214), new("msync", 26, 227), new("mincore", 27, 232), new("mlock", 149, 228), new("mlock2", 325, 284),
        new("munlock", 150, 229), new("mlockall", 151, 230), new("munlockall", 152, 231), new("memfd_create", 319, 279),
        new("membarrier", 324, 283), new("pkey_mprotect", 329, 288), new("pkey_alloc", 330, 289), new("pkey_free", 331, 290),
        new("map_shadow_stack", 453, 453), new("mseal", 462, 462), new("mbind", 237, 235), new("get_mempolicy", 239, 236),
        new("set_mempolicy", 238, 237),

        // threads and signals
        new("clone", 56, 220), new("exit", 60, 93), new("exit_group", 231, 94), new("futex", 202, 98), new("futex_waitv", 449, 449),
        new("futex_wake", 454, 454), new("futex_wait", 455, 455), new("futex_requeue", 456, 456), new("set_robust_list", 273, 99),
        new("set_tid_address", 218, 96), new("rseq", 334, 293), new("gettid", 186, 178), new("sched_yield", 24, 124),
        new("sched_getaffinity", 204, 123), new("sched_setaffinity", 203, 122), new("sched_getparam", 143, 121),
        new("sched_getscheduler", 145, 120), new("sched_get_priority_max", 146, 125), new("sched_get_priority_min", 147, 126),
        new("sched_rr_get_interval", 148, 127), new("getpriority", 140, 141), new("setpriority", 141, 140), new("getcpu", 309, 168),
        new("arch_prctl", 158, -1), new("prctl", 157, 167), new("rt_sigaction", 13, 134), new("rt_sigprocmask", 14, 135),
        new("rt_sigreturn", 15, 139), new("rt_sigpending", 127, 136), new("rt_sigsuspend", 130, 133), new("rt_sigtimedwait", 128, 137),
        new("sigaltstack", 131, 132), new("kill", 62, 129), new("tgkill", 234, 131),

        // this process, and those that it starts
        new("getpid", 39, 172), new("getppid", 110, 173), new("getuid", 102, 174), new("geteuid", 107, 175), new("getgid", 104, 176),
        new("getegid", 108, 177), new("getresuid", 118, 148), new("getresgid", 120, 150), new("getgroups", 115, 158),
        new("getpgid", 121, 155), new("getpgrp", 111, -1), new("getsid", 124, 156), new("setpgid", 109, 154), new("getrlimit", 97, 163),
        new("setrlimit", 160, 164), new("prlimit64", 302, 261), new("getrusage", 98, 165), new("times", 100, 153), new("wait4", 61, 260),
        new("waitid", 247, 95), new("fork", 57, -1), new("vfork", 58, -1), new("execve", 59, 221), new("execveat", 322, 281),
        new("capget", 125, 90), new("capset", 126, 91), new("uname", 63, 160), new("sysinfo", 99, 179), new("getrandom", 318, 278),
        new("seccomp", 317, 277), new("landlock_create_ruleset", 444, 444), new("landlock_add_rule", 445, 445),
        new("landlock_restrict_self", 446, 446),
    ];

    /// <summary>They change or watch the attributes of any file that the user may; Landlock does not decide about them.</summary>
    public static readonly SystemCall[] OnAttributes =
    [
        new("chmod", 90, -1), new("fchmod", 91, 52), new("fchmodat", 268, 53), new("fchmodat2", 452, 452), new("chown", 92, -1),
        new("fchown", 93, 55), new("lchown", 94, -1), new("fchownat", 260, 54), new("utime", 132, -1), new("utimes", 235, -1),
        new("futimesat", 261, -1), new("utimensat", 280, 88), new("getxattr", 191, 8), new("lgetxattr", 192, 9),
        new("fgetxattr", 193, 10), new("listxattr", 194, 11), new("llistxattr", 195, 12), new("flistxattr", 196, 13),
        new("setxattr", 188, 5), new("lsetxattr", 189, 6), new("fsetxattr", 190, 7), new("removexattr", 197, 14),
        new("lremovexattr", 198, 15), new("fremovexattr", 199, 16), new("inotify_init", 253, -1), new("inotify_init1", 294, 26),
        new("inotify_add_watch", 254, 27), new("inotify_rm_watch", 255, 28),
    ];

    /// <summary>Truncates a file by its name; Landlock decides from version 3 on.</summary>
    public static readonly SystemCall[] Truncating =
    [
        new("truncate", 76, 45),
    ];

    /// <summary>Signals a thread of any process, as musl does within one; Landlock decides from version 6 on.</summary>
    public static readonly SystemCall[] SignallingThreads =
    [
        new("tkill", 200, 130),
    ];

    /// <summary>What a client of a server needs.</summary>
    public static readonly SystemCall[] OnSockets =
    [
        new("socket", 41, 198), new("connect", 42, 203), new("sendto", 44, 206), new("recvfrom", 45, 207), new("sendmsg", 46, 211),
        new("recvmsg", 47, 212), new("sendmmsg", 307, 269), new("recvmmsg", 299, 243), new("shutdown", 48, 210),
        new("getsockname", 51, 204), new("getpeername", 52, 205), new("setsockopt", 54, 208), new("getsockopt", 55, 209),
    ];

    /// <summary>What a server needs besides.</summary>
    public static readonly SystemCall[] OnListeningSockets =
    [
        new("bind", 49, 200), new("listen", 50, 201), new("accept", 43, 202), new("accept4", 288, 242), new("socketpair", 53, 199),
    ];

    /// <summary>Its flags lie in memory, which a filter cannot read; if it does not exist, the C library uses <c>clone</c>.</summary>
    private static readonly SystemCall[] s_neverThere = [new("clone3", 435, 435)];

    private static readonly FrozenDictionary<string, SystemCall> s_all =
        new SystemCall[][] { Basic, OnAttributes, Truncating, SignallingThreads, OnSockets, OnListeningSockets, s_neverThere }
            .SelectMany(static list => list).ToFrozenDictionary(static call => call.Name);

    /// <summary>Whether the numbers of this architecture are known.</summary>
    public static bool AreKnown { get; } = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    /// <summary>The number on this architecture of a call in the lists; -1 if there is none.</summary>
    public static int NumberOf(string name) => s_all[name].Number;
}
