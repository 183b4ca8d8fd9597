using System.Runtime.InteropServices;
using System.Text;

namespace Braid.Multiprocessing;

/// <summary>Starts a program with the given descriptors, in a process group of its own, with no signal blocked or ignored.</summary>
internal static unsafe partial class PosixSpawn
{
    private const short SetGroup = 0x02;
    private const short SetSignalDefaults = 0x04;
    private const short SetSignalMask = 0x08;
    private const int StructBytes = 1024;   // more than the structures of any C library
    private const int ReadOnly = 0;
    public const string CloseFromName = "posix_spawn_file_actions_addclosefrom_np";

    /// <param name="path">The program.</param>
    /// <param name="arguments">Its arguments, the first being its name.</param>
    /// <param name="environment">NAME=value.</param>
    /// <param name="descriptors">
    /// Which descriptor of this process becomes which of the new one; all others are closed there. A source must not have the number of any
    /// target.
    /// </param>
    /// <param name="fence">The thread that starts it, without the rights that it has not; null for the calling thread.</param>
    /// <param name="error">The system's error number if it refuses.</param>
    /// <returns>The pid; 0 if the system refuses.</returns>
    /// <exception cref="IOException">The fence cannot be put up; nothing was started.</exception>
    public static int Start(
        string path,
        IReadOnlyList<string> arguments,
        IReadOnlyList<string> environment,
        IReadOnlyList<(int Source, int Target)> descriptors,
        FencedThread? fence,
        out int error)
    {
        byte* actions = stackalloc byte[StructBytes];
        byte* attributes = stackalloc byte[StructBytes];
        byte* signals = stackalloc byte[StructBytes];
        _ = InitActions(actions);
        _ = InitAttributes(attributes);
        using var strings = new NativeStrings();
        try
        {
            _ = AddOpen(actions, 0, strings.Add("/dev/null"), ReadOnly, 0);
            foreach ((int source, int target) in descriptors)
            {
                _ = AddDuplicate(actions, source, target);
            }

            int highest = descriptors.Max(static pair => pair.Target);
            foreach (int other in Enumerable.Range(3, highest - 3).Except(descriptors.Select(static pair => pair.Target)))
            {
                _ = AddClose(actions, other);   // harmless if nothing is open
            }

            CloseFrom(actions, highest + 1);
            _ = SetFlags(attributes, SetGroup | SetSignalDefaults | SetSignalMask);
            _ = SetProcessGroup(attributes, 0);
            _ = EmptySet(signals);
            _ = SetMask(attributes, signals);
            _ = FillSet(signals);
            _ = SetDefaults(attributes, signals);
            var call = new SpawnCall
            {
                Path = strings.Add(path),
                Actions = actions,
                Attributes = attributes,
                Arguments = strings.AddAll(arguments),
                Environment = strings.AddAll(environment),
            };
            error = fence is null
                ? Spawn(out call.Pid, call.Path, actions, attributes, call.Arguments, call.Environment)
                : fence.Start(ref call);
            return error == 0 ? call.Pid : 0;
        }
        finally
        {
            _ = DestroyActions(actions);
            _ = DestroyAttributes(attributes);
        }
    }

    /// <summary>Whether the C library closes all other descriptors; otherwise only those are closed that say so themselves.</summary>
    public static bool ClosesAllOthers { get; } =
        OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc", typeof(PosixSpawn).Assembly, null, out nint library)
        && NativeLibrary.TryGetExport(library, CloseFromName, out _);

    private static void CloseFrom(byte* actions, int first)
    {
        try
        {
            _ = AddCloseFrom(actions, first);
        }
        catch (EntryPointNotFoundException)
        {
            // A C library without this call: descriptors that .NET opens are closed by exec anyway.
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_spawn")]
    private static partial int Spawn(out int pid, byte* path, byte* actions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int InitActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int DestroyActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int AddDuplicate(byte* actions, int source, int target);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addclose")]
    private static partial int AddClose(byte* actions, int descriptor);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen")]
    private static partial int AddOpen(byte* actions, int descriptor, byte* path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = CloseFromName)]
    private static partial int AddCloseFrom(byte* actions, int first);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int InitAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static partial int DestroyAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial int SetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setpgroup")]
    private static partial int SetProcessGroup(byte* attributes, int group);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    private static partial int SetMask(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static partial int SetDefaults(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    private static partial int EmptySet(byte* signals);

    [LibraryImport("libc", EntryPoint = "sigfillset")]
    private static partial int FillSet(byte* signals);

    /// <summary>C strings, and arrays of them, until disposed.</summary>
    private sealed class NativeStrings : IDisposable
    {
        private readonly List<nint> _blocks = [];

        public byte* Add(string text)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            byte* copy = Allocate(bytes.Length + 1);
            bytes.CopyTo(new Span<byte>(copy, bytes.Length));
            copy[bytes.Length] = 0;
            return copy;
        }

        public byte** AddAll(IReadOnlyList<string> texts)
        {
            var array = (byte**)Allocate((texts.Count + 1) * sizeof(byte*));
            for (int index = 0; index < texts.Count; index++)
            {
                array[index] = Add(texts[index]);
            }

            array[texts.Count] = null;
            return array;
        }

        public void Dispose() => _blocks.ForEach(static block => NativeMemory.Free((void*)block));

        private byte* Allocate(int bytes)
        {
            void* block = NativeMemory.Alloc((nuint)bytes);
            _blocks.Add((nint)block);
            return (byte*)block;
        }
    }
}
