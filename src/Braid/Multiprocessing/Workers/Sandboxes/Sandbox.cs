using System.Globalization;
using System.Text;

namespace Braid.Multiprocessing;

/// <summary>
/// What a process may touch. Whatever is not named here is refused, from its first instruction on, and whatever it runs.
/// </summary>
/// <remarks>
/// <para>
/// A description that never changes: begin with <see cref="Strict"/>, <see cref="ReadOnly"/> or <see cref="NoNetwork"/>, and add what the
/// work needs: <c>Sandbox.Strict.WithRead("/data") with { ProcessorTime = TimeSpan.FromSeconds(10) }</c>. Pass it to
/// <see cref="Process.Run{T, TResult}(Func{T, TResult}, T, TimeSpan?, long?, Sandbox?, CancellationToken)"/>, to
/// <see cref="Process.Sandbox"/>, or to the <c>Sandbox</c> of a pool's options. Equal descriptions are equal.
/// </para>
/// <para>
/// The kernel enforces it (Landlock, and a filter of system calls), without a privilege, a container or a daemon; the process can never
/// take it back, and neither can what it starts. Inside, a refusal is the ordinary exception: <see cref="UnauthorizedAccessException"/>,
/// <see cref="System.Net.Sockets.SocketException"/>, <see cref="IOException"/>. The caller gets that exception with a
/// <see cref="SandboxException"/> as its innermost cause. A system that cannot enforce all of it starts nothing, unless
/// <see cref="Required"/> allows less. Every process in a sandbox also loses its capabilities (those of root), core dumps, .NET's
/// diagnostics, and any other process's reach: it can neither signal, read, nor trace a process outside.
/// </para>
/// <para>
/// Arguments travel as always, except objects in shared memory, since the process is to reach nothing outside. Results, reports of
/// progress and what exceptions hold are plain data, since the parent is to run nothing that they name: values whose parts are of exactly
/// the types that are declared, no delegates, no comparers of the program, no shared memory. An exception keeps its type. The document
/// <c>docs/sandbox.md</c> describes what a sandbox stops, and what it does not.
/// </para>
/// </remarks>
public sealed record Sandbox
{
    private const string Everything = "/";

    private Sandbox()
    {
    }

    /// <summary>
    /// Nothing but the processor, memory, .NET, and the program's own code: no other file, no network, no other process, no variable of the
    /// environment.
    /// </summary>
    public static Sandbox Strict { get; } = new();

    /// <summary>Reads every file that the user may, and changes none; no network, no other process.</summary>
    public static Sandbox ReadOnly { get; } = new() { ReadPaths = [Everything], PassEnvironment = true };

    /// <summary>Everything but the network and other processes' memory: files and child processes as the user may.</summary>
    public static Sandbox NoNetwork { get; } = new()
    {
        WritePaths = [Everything],
        RunPaths = [Everything],
        ChildProcesses = true,
        PassEnvironment = true,
    };

    /// <summary>What this system can enforce.</summary>
    public static SandboxStrength Strength => SandboxStrength.Current;

    /// <summary>The files, and the folders with everything below them, that it may read besides .NET and the program's own code.</summary>
    public IReadOnlyList<string> ReadPaths { get; private init; } = [];

    /// <summary>The files, and the folders with everything below them, that it may read, change, create and delete.</summary>
    public IReadOnlyList<string> WritePaths { get; private init; } = [];

    /// <summary>The programs, and the folders with everything below them, that it may read and execute.</summary>
    public IReadOnlyList<string> RunPaths { get; private init; } = [];

    /// <summary>What it may do with the network; <see cref="SandboxNetwork.None"/> by default.</summary>
    /// <exception cref="ArgumentNullException">It is null.</exception>
    public SandboxNetwork Network
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value, nameof(Network));
            field = value;
        }
    } = SandboxNetwork.None;

    /// <summary>
    /// Whether it may start other programs, which are in the same sandbox; false by default. They need <see cref="RunPaths"/> too. Braid's
    /// own processes and pools cannot be used inside either way.
    /// </summary>
    public bool ChildProcesses { get; init; }

    /// <summary>
    /// Whether it gets this process's environment. If not, the default, it gets the variables for languages and time zones and those of
    /// .NET (<c>LANG</c>, <c>LC_*</c>, <c>TZ</c>, <c>DOTNET_*</c>), and those that a pool's options name.
    /// </summary>
    public bool PassEnvironment { get; init; }

    /// <summary>
    /// Whether it gets a temporary folder of its own, empty at its start, as <see cref="Path.GetTempPath"/>, and deleted after its end;
    /// false by default. The processes of a pool get one each.
    /// </summary>
    public bool TemporaryFolder { get; init; }

    /// <summary>
    /// How much processor time it may use in all its threads together, rounded up to seconds; null, the default, for no limit. It is then
    /// ended by SIGXCPU.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive.</exception>
    public TimeSpan? ProcessorTime
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value ?? TimeSpan.MaxValue, TimeSpan.Zero, nameof(ProcessorTime));
            field = value;
        }
    }

    /// <summary>
    /// How many files and other descriptors it may have open, 256 at least; null, the default, for as many as this process.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 256, which is what .NET and Braid need.</exception>
    public int? OpenFiles
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value ?? MinOpenFiles, MinOpenFiles, nameof(OpenFiles));
            field = value;
        }
    }

    /// <summary>
    /// How many bytes a file that it writes may have; null, the default, for no limit. This bounds one file, not what all of them take.
    /// .NET reports a write beyond it as an <see cref="IOException"/> or an <see cref="ArgumentOutOfRangeException"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public long? FileBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value ?? 0, nameof(FileBytes));
            field = value;
        }
    }

    /// <summary>
    /// How much of this description the system must be able to enforce; <see cref="SandboxLevel.Whole"/> by default. If it can enforce
    /// less, nothing is started, and the exception names what is missing.
    /// </summary>
    public SandboxLevel Required { get; init; } = SandboxLevel.Whole;

    internal const int MinOpenFiles = 256;   // the descriptors of a worker are numbered from 200 on

    internal bool ReadsEverything => ReadPaths.Contains(Everything) || WritesEverything;

    internal bool WritesEverything => WritePaths.Contains(Everything);

    internal bool RunsEverything => RunPaths.Contains(Everything);

    /// <summary>The same, and it may read these files and folders too.</summary>
    /// <param name="paths">Paths; relative ones are completed now. What has none of these names when a process starts is an error.</param>
    /// <exception cref="ArgumentException">A path is empty.</exception>
    public Sandbox WithRead(params ReadOnlySpan<string> paths) => this with { ReadPaths = [.. ReadPaths, .. Full(paths)] };

    /// <summary>The same, and it may read and change these files, and everything below these folders, too.</summary>
    /// <inheritdoc cref="WithRead"/>
    public Sandbox WithWrite(params ReadOnlySpan<string> paths) => this with { WritePaths = [.. WritePaths, .. Full(paths)] };

    /// <summary>
    /// The same, and it may execute these programs, or what is below these folders, and start processes (<see cref="ChildProcesses"/>).
    /// </summary>
    /// <inheritdoc cref="WithRead"/>
    public Sandbox WithRun(params ReadOnlySpan<string> paths) =>
        this with { RunPaths = [.. RunPaths, .. Full(paths)], ChildProcesses = true };

    /// <summary>Whether the other describes the same.</summary>
    public bool Equals(Sandbox? other) => other is not null && Key == other.Key;

    /// <inheritdoc/>
    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);

    /// <summary>What it allows, in one line.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append("it may read ").Append(ReadsEverything ? "everything" : Listed(ReadPaths, "only .NET and the program"))
            .Append(", write ").Append(WritesEverything ? "everything" : Listed(WritePaths, "nothing"));
        if (TemporaryFolder && !WritesEverything)
        {
            text.Append(" but its temporary folder");
        }

        text.Append(", start ").Append(!ChildProcesses ? "no process" : RunsEverything ? "any program" : Listed(RunPaths, "no program"))
            .Append(" and use ").Append(Network);
        return text.ToString();
    }

    /// <summary>Everything that makes a difference to a process. Descriptions with the same text are equal.</summary>
    internal string Key => string.Create(
        CultureInfo.InvariantCulture,
        $"{Joined(ReadPaths)}\n{Joined(WritePaths)}\n{Joined(RunPaths)}\n{Network}\n{ChildProcesses}\n{PassEnvironment}\n" +
        $"{TemporaryFolder}\n{ProcessorTime}\n{OpenFiles}\n{FileBytes}\n{Required}");

    // no path has that character in it
    private static string Joined(IEnumerable<string> paths) => string.Join('\0', paths.Order(StringComparer.Ordinal));

    private static List<string> Full(ReadOnlySpan<string> paths)
    {
        var full = new List<string>();
        foreach (string path in paths)
        {
            ArgumentException.ThrowIfNullOrEmpty(path, nameof(paths));
            full.Add(Path.GetFullPath(path));
        }

        return full;
    }

    private static string Listed(IReadOnlyList<string> paths, string ifNone) => paths.Count == 0 ? ifNone : string.Join(", ", paths);
}
