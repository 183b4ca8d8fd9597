using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Braid.Multiprocessing;
using Process = Braid.Multiprocessing.Process;

namespace Braid.Tests;

/// <summary>Where attempts are made.</summary>
/// <param name="Folder">A folder outside of every sandbox, with a file <c>secret</c>.</param>
/// <param name="Parent">The process that started the attempt.</param>
/// <param name="Port">A TCP port of this machine at which that process listens.</param>
public sealed record Outside(string Folder, int Parent, int Port)
{
    public const string Text = "the secret";

    public string Secret => Path.Combine(Folder, "secret");

    /// <summary>A new path in the temporary folder, which inside is the process's own.</summary>
    public static string Own() => Path.Combine(Path.GetTempPath(), $"braid-own-{Guid.NewGuid():N}");
}

/// <summary>Ways out of a sandbox. Each does what it says if nothing refuses it, and otherwise throws.</summary>
internal static unsafe partial class Attempts
{
    private const int DeathWire = WorkerProgram.DeathDescriptor;
    private const int CurrentFolder = -100;

    /// <summary>Those that work only for root outside, too.</summary>
    public static readonly HashSet<string> OfRoot =
    [
        "mount", "pivot_root", "chroot", "swapon", "sethostname", "clock_settime", "acct", "kexec_load", "init_module", "delete_module",
        "open_by_handle_at", "fanotify_init", "syslog", "bpf", "perf_event_open", "userfaultfd", "packet socket", "setns", "fsopen",
        "open_tree", "chown", "raise a hard limit", "have a privilege of root",
    ];

    /// <summary>Those that a kernel may have been built without, or that a container may refuse to its root.</summary>
    public static readonly HashSet<string> OfSomeKernels =
    [
        "io_uring_setup", "vsock socket", "AF_ALG socket", "32-bit call", "kexec_load", "userfaultfd", "mq_open", "keyctl", "add_key",
        "quotactl", "process_madvise", "shared memory of System V", "semaphores of System V", "messages of System V", "io_setup",
        "move_pages of the parent", "compare with the parent", "perf_event_open", "bpf", "fanotify_init", "init_module", "delete_module",
        "swapon", "acct", "raise a hard limit", "become safe from lack of memory",
        "open_by_handle_at", "name_to_handle_at", "packet socket",
    ];

    public static readonly Dictionary<string, Action<Outside>> All = new()
    {
        // files
        ["read a file"] = static outside => Read(outside.Secret),
        ["read the list of users"] = static _ => File.ReadAllText("/etc/passwd"),
        ["read through a symbolic link"] = static outside =>
        {
            string link = Outside.Own();
            File.CreateSymbolicLink(link, outside.Secret);
            Read(link);
        },
        ["read through a hard link"] = static outside =>
        {
            string link = Outside.Own();
            RawCall.WithPath("linkat", outside.Secret, from => RawCall.WithPath(
                "linkat", link, to => RawCall.Untested("linkat", CurrentFolder, from, CurrentFolder, to)));
            Read(link);
        },
        ["move a file here"] = static outside =>
        {
            string copy = Path.Combine(outside.Folder, Guid.NewGuid().ToString("N"));
            string here = Outside.Own();
            File.Copy(outside.Secret, copy);
            File.Move(copy, here);
            Read(here);
        },
        ["move a folder here"] = static outside =>
        {
            string here = Outside.Own();
            string there = Path.Combine(outside.Folder, "movable");
            Rename(there, here);
            Rename(here, there);
        },
        ["read by /proc/self/root"] = static outside => Read($"/proc/self/root{outside.Secret}"),
        ["read by /proc/self/cwd"] = static outside => Read($"/proc/self/cwd/../../../../../../../../../../../..{outside.Secret}"),
        ["read by a descriptor of the path only"] = static outside =>
        {
            nint descriptor = RawCall.WithPath("openat", outside.Secret, path => RawCall.Untested("openat", CurrentFolder, path, 0x200000));
            Read($"/proc/self/fd/{descriptor}");
        },
        ["read relative to a folder's descriptor"] = static outside =>
        {
            nint folder = RawCall.WithPath("openat", outside.Folder, path => RawCall.Untested("openat", CurrentFolder, path, 0x200000));
            RawCall.WithPath("openat", "secret", path => RawCall.Untested("openat", folder, path, 0));
        },
        ["list a folder"] = static outside => Directory.GetFileSystemEntries(outside.Folder),
        ["list the root folder"] = static _ => Directory.GetFileSystemEntries("/"),
        ["create a file"] = static outside => File.WriteAllText(Path.Combine(outside.Folder, Guid.NewGuid().ToString("N")), "mine"),
        ["overwrite a file"] = static outside => File.WriteAllText(outside.Secret, Outside.Text),
        ["append to a file"] = static outside => File.AppendAllText(Path.Combine(outside.Folder, "log"), "mine"),
        ["truncate a file"] = static outside =>
            RawCall.WithPath("truncate", outside.Secret, path => RawCall.Untested("truncate", path, Outside.Text.Length)),
        ["delete a file"] = static outside =>
        {
            File.Delete(Path.Combine(outside.Folder, "log"));
            File.WriteAllText(Path.Combine(outside.Folder, "log"), "");
        },
        ["create a folder"] = static outside => Directory.CreateDirectory(Path.Combine(outside.Folder, Guid.NewGuid().ToString("N"))),
        ["create a link"] = static outside => File.CreateSymbolicLink(Path.Combine(outside.Folder, Guid.NewGuid().ToString("N")), "/"),
        ["create a pipe"] = static outside => RawCall.WithPath(
            "mknodat",
            Path.Combine(outside.Folder, Guid.NewGuid().ToString("N")),
            path => RawCall.Untested("mknodat", CurrentFolder, path, 0x1000 | 0x180)),
        ["change a file's mode"] = static outside => RawCall.WithPath(
            "fchmodat", outside.Secret, path => RawCall.Untested("fchmodat", CurrentFolder, path, 0x180)),
        ["chown"] = static outside => RawCall.WithPath(
            "fchownat", outside.Secret, path => RawCall.Untested("fchownat", CurrentFolder, path, 1, 1)),
        ["change a file's time"] = static outside => File.SetLastWriteTimeUtc(outside.Secret, DateTime.UnixEpoch),
        ["change a file's attributes"] = static outside =>
        {
            byte[] value = [1];
            nint name = Marshal.StringToCoTaskMemUTF8("user.braid");
            fixed (byte* first = value)
            {
                nint bytes = (nint)first;
                RawCall.WithPath("setxattr", outside.Secret, path =>
                {
                    nint result = RawCall.Untested("setxattr", path, name, bytes, 1);
                    return result < 0 && Marshal.GetLastPInvokeError() != 1 ? 0 : result;   // not every file system has attributes
                });
            }
        },
        ["watch a folder"] = static outside =>
        {
            using var watcher = new FileSystemWatcher(outside.Folder) { EnableRaisingEvents = true };
        },
        ["use /dev/shm"] = static _ =>
        {
            string file = $"/dev/shm/{Guid.NewGuid():N}";
            File.WriteAllText(file, "mine");
            File.Delete(file);
        },
        ["memory with a name"] = static _ =>
        {
            using var memory = new SharedMemory(create: true, size: 4096);
            memory.Unlink();
        },
        ["become safe from lack of memory"] = static _ => File.WriteAllText("/proc/self/oom_score_adj", "500"),
        ["load a library written a moment before"] = static _ =>
        {
            string library = Path.Combine("/var/tmp", $"{Guid.NewGuid():N}.so");
            File.Copy(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "libSystem.Native.so"), library);
            try
            {
                NativeLibrary.Load(library);
            }
            finally
            {
                File.Delete(library);
            }
        },

        // other processes
        ["environment of the parent"] = static outside => File.ReadAllBytes($"/proc/{outside.Parent}/environ"),
        ["memory of the parent"] = static outside => File.OpenRead($"/proc/{outside.Parent}/mem").Dispose(),
        ["descriptors of the parent"] = static outside => Require(new FileInfo($"/proc/{outside.Parent}/fd/1").LinkTarget is not null),
        ["addresses of the parent"] = static outside => File.ReadAllText($"/proc/{outside.Parent}/maps"),
        ["folder of the parent"] = static outside => _ = Directory.GetFiles($"/proc/{outside.Parent}/cwd/"),
        ["read the parent's memory"] = static outside => RawCall.Reach("process_vm_readv", outside.Parent, 0, 0, 0, 0, 0),
        ["trace the parent"] = static outside => RawCall.Make("ptrace", 0x4206, outside.Parent),   // PTRACE_SEIZE: does not stop it
        ["signal the parent"] = static outside => RawCall.Make("kill", outside.Parent, 0),
        ["signal every process"] = static _ => RawCall.Make("kill", -1, 0),
        ["signal a thread of the parent"] = static outside => RawCall.Make("tgkill", outside.Parent, outside.Parent, 0),
        ["queue a signal to the parent"] = static outside =>
        {
            byte* information = stackalloc byte[128];
            new Span<byte>(information, 128).Clear();
            *(int*)(information + 8) = -1;   // SI_QUEUE
            RawCall.Make("rt_sigqueueinfo", outside.Parent, 0, (nint)information);
        },
        ["open the parent as a descriptor"] = static outside => RawCall.Make("pidfd_open", outside.Parent),
        ["take a descriptor of the parent"] = static outside => RawCall.Reach("pidfd_getfd", -1, 1),
        ["signal by a descriptor"] = static _ => RawCall.Reach("pidfd_send_signal", -1, 0),
        ["compare with the parent"] = static outside => RawCall.Make("kcmp", outside.Parent, Environment.ProcessId, 2),
        ["move_pages of the parent"] = static outside => RawCall.Make("move_pages", outside.Parent),
        ["priority of the parent"] = static outside =>
            RawCall.Make("setpriority", 0, outside.Parent, 20 - RawCall.Make("getpriority", 0, outside.Parent)),
        ["scheduling of the parent"] = static outside =>
        {
            int priority = 0;
            RawCall.Make("sched_setscheduler", outside.Parent, 0, (nint)(&priority));
        },
        ["processors of the parent"] = static outside =>
        {
            byte* mask = stackalloc byte[128];
            nint bytes = RawCall.Make("sched_getaffinity", outside.Parent, 128, (nint)mask);
            RawCall.Make("sched_setaffinity", outside.Parent, bytes, (nint)mask);
        },
        ["input priority of the parent"] = static outside => RawCall.Make("ioprio_set", 1, outside.Parent, 0),
        ["limits of the parent"] = static outside =>
        {
            long* limits = stackalloc long[2];
            RawCall.Make("prlimit64", outside.Parent, 4, 0, (nint)limits);
        },
        ["have the kernel signal the parent"] = static outside => OnPipe(
            pipe => RawCall.Make("fcntl", pipe, 8, outside.Parent)),
        ["have the kernel signal the parent, by ioctl"] = static outside => OnPipe(pipe =>
        {
            int parent = outside.Parent;
            RawCall.Reach("ioctl", pipe, 0x8901, (nint)(&parent));
        }),
        ["leave its group"] = static outside => RawCall.Make("setpgid", 0, RawCall.Make("getpgid", outside.Parent)),
        ["cut the wire of its death"] = static _ => RawCall.Make("close", DeathWire),
        ["cut all wires"] = static _ => RawCall.Make("close_range", DeathWire, DeathWire),
        ["cover the wire of its death"] = static _ => OnPipe(static pipe => RawCall.Make("dup3", pipe, DeathWire)),
        ["copy the wire of its death"] = static _ => RawCall.Make("dup", DeathWire),
        ["copy the wire of its death, by fcntl"] = static _ => RawCall.Make("fcntl", DeathWire, 1030, 0),
        ["silence the wire of its death"] = static _ => RawCall.Make("fcntl", DeathWire, 4, 0),

        // the network
        ["TCP socket"] = static _ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp).Dispose(),
        ["IPv6 socket"] = static _ => new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp).Dispose(),
        ["UDP socket"] = static _ => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp).Dispose(),
        ["local socket"] = static _ => new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified).Dispose(),
        ["local datagram socket"] = static _ => RawCall.Make("socket", 1, 2),
        ["netlink socket"] = static _ => RawCall.Make("socket", 16, 3),
        ["packet socket"] = static _ => RawCall.Make("socket", 17, 3),
        ["vsock socket"] = static _ => RawCall.Make("socket", 40, 1),
        ["AF_ALG socket"] = static _ => RawCall.Make("socket", 38, 5),
        ["pair of sockets"] = static _ =>
        {
            int* pair = stackalloc int[2];
            RawCall.Make("socketpair", 1, 2, 0, (nint)pair);
        },
        ["call the parent"] = static outside =>
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, outside.Port);
        },
        ["io_uring_setup"] = static _ => RawCall.Reach("io_uring_setup"),
        ["io_setup"] = static _ => RawCall.Reach("io_setup"),

        // other programs
        ["start a program"] = static _ => Finish(System.Diagnostics.Process.Start("/bin/true")),
        ["start a program from memory"] = static _ => StartFromMemory(),
        ["start a shell"] = static _ => Finish(System.Diagnostics.Process.Start("/bin/sh", "-c true")),
        ["start the program again"] = static _ => Process.Run(static () => 1),
        ["clone with namespaces"] = static _ => RawCall.Reach("clone", 0x1000_0000 | 0x0001_0000 | 0x800 | 0x100),
        ["clone3"] = static _ => RawCall.Reach("clone3"),
        ["fork"] = static _ => RawCall.Reach("clone", 0x0000_0800 | 17),   // CLONE_SIGHAND without CLONE_VM: never succeeds
        ["execve"] = static _ => RawCall.Reach("execve"),
        ["execveat"] = static _ => RawCall.Reach("execveat", -1),

        // the kernel
        ["mount"] = static _ => RawCall.Reach("mount", 0, 1, 1),
        ["fsopen"] = static _ => RawCall.Reach("fsopen"),
        ["open_tree"] = static _ => RawCall.Reach("open_tree", -1, 0, 1),
        ["unshare"] = static _ => RawCall.Make("unshare", 0x200),   // CLONE_FS: may always be
        ["setns"] = static _ => RawCall.Reach("setns", -1),
        ["pivot_root"] = static _ => RawCall.Reach("pivot_root", 1, 1),
        ["chroot"] = static _ => RawCall.Reach("chroot", 1),
        ["personality"] = static _ => RawCall.Make("personality", 0xFFFF_FFFF),
        ["keyctl"] = static _ => RawCall.Reach("keyctl", 0, -3),
        ["add_key"] = static _ => RawCall.Reach("add_key", 1, 1),
        ["bpf"] = static _ => RawCall.Reach("bpf", 0, 1, 4),
        ["perf_event_open"] = static _ => RawCall.Reach("perf_event_open", 1, 0, -1, -1),
        ["userfaultfd"] = static _ => RawCall.Make("userfaultfd", 1),
        ["kexec_load"] = static _ => RawCall.Reach("kexec_load", 0, 1000, 0, 0x8000_0000),
        ["init_module"] = static _ => RawCall.Reach("init_module", 1, 1, 1),
        ["delete_module"] = static _ => RawCall.Reach("delete_module", 1, 0),
        ["open_by_handle_at"] = static _ => RawCall.Reach("open_by_handle_at", -1, 1),
        ["name_to_handle_at"] = static _ => RawCall.Reach("name_to_handle_at", CurrentFolder, 1, 1, 1),
        ["swapon"] = static _ => RawCall.Reach("swapon", 1),
        ["sethostname"] = static _ => RawCall.Reach("sethostname", 1, 5),
        ["clock_settime"] = static _ => RawCall.Reach("clock_settime", 0, 1),
        ["acct"] = static _ => RawCall.Reach("acct", 1),
        ["quotactl"] = static _ => RawCall.Reach("quotactl", 0, 1, 0, 0),
        ["syslog"] = static _ => RawCall.Reach("syslog", 10),
        ["fanotify_init"] = static _ => RawCall.Make("fanotify_init", 0, 0),
        ["vmsplice"] = static _ => RawCall.Reach("vmsplice", -1),
        ["process_madvise"] = static _ => RawCall.Reach("process_madvise", -1),
        ["shared memory of System V"] = static _ => RawCall.Make("shmctl", RawCall.Make("shmget", 0, 4096, 0x180), 0),
        ["semaphores of System V"] = static _ => RawCall.Make("semctl", RawCall.Make("semget", 0, 1, 0x180), 0, 0),
        ["messages of System V"] = static _ => RawCall.Make("msgctl", RawCall.Make("msgget", 0, 0x180), 0),
        ["mq_open"] = static _ => RawCall.Reach("mq_open", 1),
        ["type on the terminal"] = static _ => RawCall.Reach("ioctl", 0, 0x5412, 1),
        ["raise a hard limit"] = static _ =>
        {
            long* lower = stackalloc long[2] { 100, 100 };
            long* higher = stackalloc long[2] { 100, 200 };
            RawCall.Make("prlimit64", 0, 11, (nint)lower);   // pending signals
            RawCall.Make("prlimit64", 0, 11, (nint)higher);
        },
        ["have a privilege of root"] = static _ =>
        {
            uint* header = stackalloc uint[2] { 0x2008_0522, 0 };
            uint* sets = stackalloc uint[6];
            RawCall.Make("capget", (nint)header, (nint)sets);
            if ((sets[0] & (1 << 7)) == 0)   // CAP_SETUID
            {
                throw new RefusedException("capget", 1);
            }
        },
        ["32-bit call"] = static _ => Execute([0xB8, 20, 0, 0, 0, 0xCD, 0x80, 0xC3]),   // mov eax, 20 (getpid); int 0x80; ret
        ["x32 call"] = static _ => RawCall.SystemCall(0x4000_0000 | 39, 0, 0, 0, 0, 0, 0),   // answers ENOSYS, or with the pid

        // the environment
        ["read the environment"] = static _ => Require(Environment.GetEnvironmentVariable("PATH") is not null),
        ["read the environment it was started with"] = static _ =>
            Require(Array.Exists(
                File.ReadAllText("/proc/self/environ").Split('\0'), static entry => entry.StartsWith("PATH=", StringComparison.Ordinal))),
    };

    /// <summary>Makes an attempt.</summary>
    /// <returns>Null if it has succeeded; otherwise what refused it.</returns>
    public static string? Try(string name, Outside outside)
    {
        try
        {
            All[name](outside);
            return null;
        }
        catch (Exception exception)
        {
            return exception.ToString();
        }
    }

    private static void Read(string path) => Require(File.ReadAllText(path) == Outside.Text);

    private static void Require(bool isThere)
    {
        if (!isThere)
        {
            throw new RefusedException("nothing is there", 1);
        }
    }

    private static void Rename(string from, string to) => RawCall.WithPath("renameat", from, first => RawCall.WithPath(
        "renameat", to, second => RawCall.Untested("renameat", CurrentFolder, first, CurrentFolder, second)));

    private static void OnPipe(Action<nint> use)
    {
        (int read, int write) = Descriptors.Pipe();
        try
        {
            use(read);
        }
        finally
        {
            Descriptors.Close(read);
            Descriptors.Close(write);
        }
    }

    private static void Finish(System.Diagnostics.Process process)
    {
        process.WaitForExit();
        Require(process.ExitCode == 0);
    }

    private static void StartFromMemory()
    {
        byte[] program = File.ReadAllBytes("/bin/true");
        nint memory = RawCall.WithPath("memfd_create", "program", name => RawCall.Untested("memfd_create", name, 0));
        using (var file = new FileStream(new Microsoft.Win32.SafeHandles.SafeFileHandle(memory, ownsHandle: false), FileAccess.Write))
        {
            file.Write(program);
        }

        Finish(System.Diagnostics.Process.Start($"/proc/{Environment.ProcessId}/fd/{memory}"));
    }

    private static void Execute(byte[] code)
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            throw new RefusedException("no such code", 38);
        }

        nint memory = RawCall.Make("mmap", 0, 4096, 7, 0x22, -1, 0);
        Marshal.Copy(code, 0, memory, code.Length);
        ((delegate* unmanaged<int>)memory)();
    }
}
